using Slipway.Linux.Files;
using Slipway.Oci.Runtime;

namespace Slipway.Store.Archives;

/// <summary>How a tree becomes an archive.</summary>
public sealed record PackOptions
{
    /// <summary>Overlay: the tree is an overlay's upper directory, and its whiteouts are written the way image layers have them.</summary>
    public WhiteoutMode Whiteouts { get; init; }

    /// <summary>Later times become this one; null leaves them. Times are cut to whole seconds, unless <see cref="ExactTimes"/> says otherwise.</summary>
    public FileTime? ClampTo { get; init; }

    /// <summary>Times keep their nanoseconds: for a copy, not for an image.</summary>
    public bool ExactTimes { get; init; }

    /// <summary>Gives every entry this owner and group; null leaves the tree's.</summary>
    public (uint Uid, uint Gid)? Owner { get; init; }

    /// <summary>The tree is seen from outside of a user namespace: entries get its ids; null: they are the tree's.</summary>
    public OwnerMap? Owners { get; init; }

    /// <summary>Whether what a directory holds is left out, asked where packing begins and wherever another file system does; null: nowhere.</summary>
    public Func<DirFd, bool>? LeavesOut { get; init; }

    /// <summary>Whether the mark of an opaque directory (by its path in the archive) means anything below it; null: always.
    /// overlayfs marks new directories needlessly.</summary>
    internal Func<byte[], bool>? IsOpaqueNeeded { get; init; }

    /// <summary>Whether nobody else can write into the tree while it is packed: then what was looked at is what is opened.</summary>
    internal bool IsStill { get; init; }

    /// <summary>Whether the tree is made to be what unpacking the archive would give: times as written, no marks of overlayfs, no sockets.</summary>
    internal bool Settle { get; init; }
}
