using Slipway.Oci;
using Slipway.Store.Blobs;
using Xunit;

namespace Slipway.Store.Tests.Blobs;

public sealed class BackgroundHashTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(5_000_000)]
    public void Finish_AnyLengthInAnyPieces_IsTheDigest(int length)
    {
        byte[] content = new byte[length];
        var random = new Random(length);
        random.NextBytes(content);
        foreach (int largest in (int[])[1000, 300_000, 6_000_000])
        {
            using var hash = new BackgroundHash();
            for (int at = 0; at < length;)
            {
                int piece = Math.Min(length - at, random.Next(1, largest));
                hash.Append(content.AsSpan(at, piece));
                at += piece;
            }
            Assert.Equal(Digest.Of(content), hash.Finish());
        }
    }

    [Fact]
    public void Dispose_InTheMiddle_Ends()
    {
        var hash = new BackgroundHash();
        hash.Append(new byte[4 << 20]);
        hash.Dispose();
    }
}
