using Slipway.Linux.Files;

namespace Slipway.Store.Archives;

/// <summary>What an entry makes.</summary>
public enum TarEntryKind
{
    /// <summary>A file with content.</summary>
    Regular,

    /// <summary>A further name of a file that the archive has named before.</summary>
    HardLink,

    /// <summary>A symbolic link.</summary>
    Symlink,

    /// <summary>A character device node.</summary>
    CharacterDevice,

    /// <summary>A block device node.</summary>
    BlockDevice,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A named pipe.</summary>
    Fifo,
}

/// <summary>An extended attribute; key and value are bytes.</summary>
public readonly record struct TarXattr(byte[] Key, byte[] Value);

/// <summary>A part of a sparse file that holds data; what lies between is a hole.</summary>
public readonly record struct TarExtent(long Offset, long Length);

/// <summary>One entry of an archive, all extension headers applied. Names are bytes, as they stand in the archive.</summary>
public sealed class TarEntry
{
    /// <summary>The path, never empty; a directory's usually ends in a slash.</summary>
    public required byte[] Name { get; init; }

    /// <summary>What it makes.</summary>
    public required TarEntryKind Kind { get; init; }

    /// <summary>The twelve permission bits.</summary>
    public uint Mode { get; init; } = 0x1a4; // 0644

    /// <summary>Owner; never 4294967295, which means "no change" to the kernel.</summary>
    public uint Uid { get; init; }

    /// <summary>Group; never 4294967295.</summary>
    public uint Gid { get; init; }

    /// <summary>Bytes of the file that comes of it, holes included; 0 for all but regular files.</summary>
    public long Size { get; init; }

    /// <summary>Time of the last change.</summary>
    public FileTime Modified { get; init; }

    /// <summary>Target of a hard link (a path in the archive) or of a symlink (any text); empty otherwise.</summary>
    public byte[] LinkName { get; init; } = [];

    /// <summary>What a device node stands for.</summary>
    public DeviceNumber Device { get; init; }

    /// <summary>Extended attributes.</summary>
    public IReadOnlyList<TarXattr> Xattrs { get; init; } = [];

    /// <summary>Where a sparse file holds data; null for a file without holes.</summary>
    public IReadOnlyList<TarExtent>? Extents { get; init; }
}
