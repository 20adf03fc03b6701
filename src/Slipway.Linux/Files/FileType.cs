namespace Slipway.Linux.Files;

/// <summary>The type of a file, with the numbers of getdents64(2), which are the file type bits of inode(7) shifted right by 12.</summary>
public enum FileType
{
    /// <summary>The file system does not say (getdents64 only).</summary>
    Unknown = 0,
    Fifo = 1,
    CharacterDevice = 2,
    Directory = 4,
    BlockDevice = 6,
    Regular = 8,
    Symlink = 10,
    Socket = 12,
}
