using Slipway.Linux.Files;

namespace Slipway.Store.Comparing;

/// <summary>What a path is on one side of a comparison.</summary>
/// <param name="Type">What kind of file.</param>
/// <param name="Mode">The twelve permission bits.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Size">Bytes of a regular file's content; 0 for everything else.</param>
/// <param name="Modified">Last change of content.</param>
/// <param name="LinkTarget">Where a symlink leads, as it stands there; null for everything else. Bytes that are not UTF-8 are U+FFFD.</param>
/// <param name="Device">What a device node stands for.</param>
public sealed record PathState(FileType Type, uint Mode, uint Uid, uint Gid, long Size, FileTime Modified, string? LinkTarget, DeviceNumber Device);
