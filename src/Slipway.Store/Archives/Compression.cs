using System.IO.Compression;
using Slipway.Store.Archives.Decoders;
using ZstdSharp;

namespace Slipway.Store.Archives;

/// <summary>How bytes are packed.</summary>
public enum CompressionFormat
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>RFC 1952.</summary>
    Gzip,

    /// <summary>RFC 8878.</summary>
    Zstd,
}

/// <summary>Unpacks what its first bytes say it is, inside this process: no helper is searched for or started (invariant I6).</summary>
public static class Compression
{
    /// <summary>The format that content begins like; at least four bytes should be given where there are as many.</summary>
    public static CompressionFormat Detect(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b, 0x08]))
            return CompressionFormat.Gzip;
        // Any of the sixteen skippable frames may come first, too.
        bool zstd = start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd])
            || (start.Length >= 4 && (start[0] & 0xf0) == 0x50 && start[1..4].SequenceEqual((ReadOnlySpan<byte>)[0x2a, 0x4d, 0x18]));
        return zstd ? CompressionFormat.Zstd : CompressionFormat.None;
    }

    /// <summary>
    /// The plain content of a gzip, zstd or plain stream. Reading it throws <see cref="TarException"/> where the packed stream is cut, a
    /// checksum is wrong, or something else follows it. Memory stays bounded: a zstd window above 128 MiB is refused.
    /// </summary>
    /// <param name="packed">Read from its position on; need not seek.</param>
    /// <param name="leaveOpen">Whether disposing the result leaves <paramref name="packed"/> open.</param>
    public static Stream OpenRead(Stream packed, bool leaveOpen = false) => OpenRead(packed, out _, leaveOpen);

    /// <summary>As <see cref="OpenRead(Stream, bool)"/>, and also of bzip2 and xz: for archives that people made, which layers never are.</summary>
    public static Stream OpenArchive(Stream packed, bool leaveOpen = false)
    {
        var source = new PackedStream(packed, leaveOpen);
        ReadOnlySpan<byte> start = source.Peek(6);
        if (start.StartsWith("BZh"u8))
            return new UnpackedStream(new Bzip2Stream(source), source, "bzip2");
        return XzStream.Begins(start) ? new UnpackedStream(new XzStream(source), source, "xz") : Open(source, leaveOpen, out _);
    }

    /// <inheritdoc cref="OpenRead(Stream, bool)"/>
    public static Stream OpenRead(Stream packed, out CompressionFormat format, bool leaveOpen = false) => Open(new PackedStream(packed, leaveOpen), leaveOpen, out format);

    private static Stream Open(PackedStream source, bool leaveOpen, out CompressionFormat format)
    {
        format = Detect(source.Peek(4));
        return format switch
        {
            CompressionFormat.Gzip => new UnpackedStream(new GZipStream(source, CompressionMode.Decompress, leaveOpen: true), source, "gzip"),
            CompressionFormat.Zstd => new UnpackedStream(new DecompressionStream(source, leaveOpen: true), source, "zstd"),
            _ => source,
        };
    }
}
