using Slipway.Linux.Files;
using Slipway.Oci.Runtime;

namespace Slipway.Store.Archives;

/// <summary>What names that begin with <c>.wh.</c> mean (image-spec, layer.md#whiteouts).</summary>
public enum WhiteoutMode
{
    /// <summary>Nothing: they are names like any other.</summary>
    Literal,

    /// <summary>They hide names of lower layers, and become what overlayfs understands: a device 0:0, and trusted.overlay.opaque.</summary>
    Overlay,
}

/// <summary>What happens to a directory that has the name of an entry that is none.</summary>
public enum DirectoryReplacement
{
    /// <summary>It goes when it is empty, else the archive is refused: one that describes a whole tree has no such thing.</summary>
    Empty,

    /// <summary>It goes with all that is in it, unless something is mounted there.</summary>
    Whole,

    /// <summary>It stays, and the archive is refused; also one with a directory where something else is.</summary>
    Never,
}

/// <summary>Owner, mode, time and attributes of a directory.</summary>
public sealed record DirectoryMetadata(uint Mode, uint Uid, uint Gid, FileTime Modified, IReadOnlyList<TarXattr> Xattrs);

/// <summary>How an archive becomes a tree.</summary>
public sealed record UnpackOptions
{
    /// <summary>What whiteouts mean.</summary>
    public WhiteoutMode Whiteouts { get; init; }

    /// <summary>Whether a directory entry keeps a symlink of its name that leads to a directory inside the root (<c>/var/run</c>): for copying
    /// into a tree that is there already.</summary>
    public bool KeepDirectoryLinks { get; init; }

    /// <summary>What becomes of directories that are in the way.</summary>
    public DirectoryReplacement Replaces { get; init; }

    /// <summary>Gives every entry this owner and group; null leaves the archive's.</summary>
    public (uint Uid, uint Gid)? Owner { get; init; }

    /// <summary>The tree is seen from outside of a user namespace, whose ids the owners are; null: they are the tree's.</summary>
    public OwnerMap? Owners { get; init; }

    /// <summary>Gives every file and directory these mode bits; null leaves the archive's.</summary>
    public uint? Mode { get; init; }

    /// <summary>Another path for an entry, also for what a hard link names; null leaves an entry out. Called with the path as the archive has it.</summary>
    public Func<byte[], byte[]?>? Rename { get; init; }

    /// <summary>Zeroes become holes: for a copy of what had some.</summary>
    public bool MakeHoles { get; init; }

    /// <summary>Told of each thing that is left out: an attribute, a socket.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Whether the root is empty and this process alone is at work in it.</summary>
    internal bool Fresh { get; init; }

    /// <summary>Ends the work before the file system has less room than this; 0 for a twentieth of it, at most 1 GiB.</summary>
    public long KeepFree { get; init; }
}

/// <summary>What was unpacked.</summary>
/// <param name="Entries">Entries read.</param>
/// <param name="Bytes">Bytes of data written.</param>
public readonly record struct UnpackResult(long Entries, long Bytes);
