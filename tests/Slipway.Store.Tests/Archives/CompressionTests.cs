using System.IO.Compression;
using Slipway.Store.Archives;
using Xunit;

namespace Slipway.Store.Tests.Archives;

public sealed class CompressionTests
{
    private static readonly byte[] s_content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * i >> 5))];

    private static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }

    private static byte[] Zstd(byte[] content)
    {
        var packed = new MemoryStream();
        using (var zstd = new ZstdSharp.CompressionStream(packed))
            zstd.Write(content);
        return packed.ToArray();
    }

    private static byte[] Unpack(byte[] packed)
    {
        using Stream plain = Compression.OpenRead(new OneWayStream(packed));
        var copy = new MemoryStream();
        plain.CopyTo(copy);
        return copy.ToArray();
    }

    public static TheoryData<byte[]> Packed => new() { Gzip(s_content), Zstd(s_content), s_content, (byte[])[.. Gzip(s_content[..1000]), .. Gzip(s_content[1000..])] };

    [Theory]
    [MemberData(nameof(Packed))]
    public void OpenRead_EveryFormat_GivesTheContent(byte[] packed) => Assert.Equal(s_content, Unpack(packed));

    [Fact]
    public void OpenRead_Empty_IsEmpty() => Assert.Empty(Unpack([]));

    [Theory] // 53
    [InlineData(5)]
    [InlineData(1000)]
    [InlineData(-1)]
    [InlineData(-9)]
    public void OpenRead_CutGzip_Throws(int length)
    {
        byte[] packed = Gzip(s_content);
        Assert.Throws<TarException>(() => Unpack(packed[..(length < 0 ? packed.Length + length : length)]));
    }

    [Fact] // 54
    public void OpenRead_WrongGzipChecksum_Throws()
    {
        byte[] packed = Gzip(s_content);
        packed[^6] ^= 1;
        Assert.Throws<TarException>(() => Unpack(packed));
    }

    [Fact] // 55
    public void OpenRead_GarbageAfterGzip_Throws()
    {
        Assert.Throws<TarException>(() => Unpack([.. Gzip(s_content), .. "garbage"u8]));
        Assert.Throws<TarException>(() => Unpack([.. Gzip(s_content), 0]));
        Assert.Throws<TarException>(() => Unpack([.. Gzip(s_content), 0x1f]));
    }

    [Fact]
    public void OpenRead_DamagedZstd_Throws()
    {
        byte[] packed = Zstd(s_content);
        Assert.Throws<TarException>(() => Unpack(packed[..^20]));
        Assert.Throws<TarException>(() => Unpack([.. packed, .. "garbage"u8]));
        // A frame that wants a window of 2 GiB.
        Assert.Throws<TarException>(() => Unpack([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00]));
    }

    /// <summary>A pipe: reads a little at a time and can't seek.</summary>
    private sealed class OneWayStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 777));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 777)]);
    }
}
