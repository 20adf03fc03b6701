using Slipway.Linux.Files;

namespace Slipway.Build.Context;

/// <summary>A file of a context, as its owner describes it. Nothing of it is trusted.</summary>
/// <param name="Path">From the context's root, without a leading slash.</param>
/// <param name="Type">What it is.</param>
/// <param name="Mode">Permission bits, setuid, setgid and sticky among them.</param>
/// <param name="Size">Bytes of its content.</param>
/// <param name="Modified">The time of its last change.</param>
/// <param name="Link">What a symlink leads to; of a regular file: which other one of the context it is; else empty.</param>
public sealed record ContextEntry(byte[] Path, FileType Type, uint Mode, long Size, FileTime Modified, byte[] Link);
