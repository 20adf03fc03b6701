using Slipway.Build.Context;
using Slipway.Linux.Files;

namespace Slipway.Build.Solving;

/// <summary>What a COPY sets instead of what its sources have.</summary>
/// <param name="Owner">Null: their own for files of a stage, root for others.</param>
/// <param name="Mode">Null: their own.</param>
/// <param name="Time">What files without times of their own get.</param>
internal sealed record CopyAttributes(Owner? Owner, ModeChange? Mode, FileTime Time)
{
    public Owner OwnerOf(SourceTree tree, in FileStatus status) => Owner ?? (tree.HasOwners ? new(status.Uid, status.Gid) : Solving.Owner.Superuser);

    public uint ModeOf(in FileStatus status) => Mode?.Apply(status.Mode, status.IsDirectory) ?? status.Mode;

    public FileTime TimeOf(SourceTree tree, in FileStatus status) => tree.HasTimes ? status.Modified : Time;
}
