namespace Slipway.Linux.Files;

/// <summary>One name in a directory. Names are bytes: no encoding is promised.</summary>
/// <param name="Name">The name; never empty, <c>.</c> or <c>..</c>.</param>
/// <param name="Type">The type, or <see cref="FileType.Unknown"/> where the file system does not say.</param>
/// <param name="Inode">The inode's number; of a mount point, that of the directory beneath.</param>
public readonly record struct DirEntry(byte[] Name, FileType Type, ulong Inode);
