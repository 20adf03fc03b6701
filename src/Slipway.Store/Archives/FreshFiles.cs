using Slipway.Linux.Files;
using Slipway.Linux.Processes;

namespace Slipway.Store.Archives;

/// <summary>
/// What files of a tree that this process alone is making get without being told: two calls a file less. Nothing where a directory could decide
/// otherwise: by its setgid bit, by a mount that gives a directory's group, or by a default ACL.
/// </summary>
internal sealed class FreshFiles
{
    private const uint SetGroup = 0x400, PermissionBits = 0x1ff;
    private readonly (uint Uid, uint Gid)? _owner;
    private readonly uint? _umask;

    /// <summary>For trees of others: everything is told.</summary>
    public static FreshFiles None { get; } = new(null, null);

    private FreshFiles((uint, uint)? owner, uint? umask) => (_owner, _umask) = (owner, umask);

    /// <param name="root">The tree's root, empty, which this process has made.</param>
    public static FreshFiles In(DirFd root)
    {
        FileStatus status = root.Status();
        (uint Uid, uint Gid) own = OwnIds.Effective();
        bool plain = (status.Uid, status.Gid) == own && (status.Mode & SetGroup) == 0 && root.Handle.FindXattr("system.posix_acl_default"u8) is null;
        return plain ? new(own, OwnUmask.Read()) : None;
    }

    /// <summary>Whether a new file belongs to them.</summary>
    public bool HasOwner(uint uid, uint gid) => _owner == (uid, gid);

    /// <summary>Whether a file that is made with this mode has it.</summary>
    public bool HasMode(uint mode) => _umask is { } mask && (mode & ~PermissionBits) == 0 && (mode & mask) == 0;
}
