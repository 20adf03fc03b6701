namespace Slipway.Linux.Files;

/// <summary>What statfs(2) tells of a file system.</summary>
/// <param name="Magic">Its type, such as 0x794c7630 for overlay.</param>
/// <param name="Bytes">All of it.</param>
/// <param name="FreeBytes">What a plain user may still use.</param>
public readonly record struct FileSystemStatus(long Magic, long Bytes, long FreeBytes);
