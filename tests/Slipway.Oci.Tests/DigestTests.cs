using Xunit;

namespace Slipway.Oci.Tests;

public class DigestTests
{
    private const string Hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    public static TheoryData<string?> Malformed => new(
        null, "", "sha256:", Hex, $"sha256:{Hex[1..]}", $"sha256:{Hex}0", $"sha256:{Hex.ToUpperInvariant()}", $"SHA256:{Hex}", $"sha512:{Hex}", $"sha256: {Hex[1..]}",
        $"sha256:{Hex}\n", $" sha256:{Hex}", $"sha256:{Hex}/../x", "sha256:../../../../etc/passwd", $"sha256:{Hex[..60]}/../", $"sha256:{Hex[..63]}\0", $"sha256:{Hex[..63]}g",
        $"sha256:{Hex[..63]}\u0661");

    [Fact]
    public void Of_Nothing_IsTheKnownDigest() => Assert.Equal("sha256:" + Hex, Digest.Of([]).ToString());

    [Fact]
    public void Parse_Digest_RoundTrips()
    {
        Digest digest = Digest.Parse("sha256:" + Hex);
        Assert.Equal((Hex, Hex[..12], "sha256:" + Hex), (digest.Hex, digest.Short, digest.ToString()));
        Assert.Equal(digest, Digest.FromHash(Convert.FromHexString(Hex)));
    }

    [Theory]
    [MemberData(nameof(Malformed), DisableDiscoveryEnumeration = true)]
    public void TryParse_Malformed_IsRefused(string? text)
    {
        Assert.False(Digest.TryParse(text, out Digest digest));
        Assert.True(digest.IsEmpty);
        if (text is not null)
            Assert.True(Assert.Throws<FormatException>(() => Digest.Parse(text)).Message.Length < 200);
    }

    [Theory]
    [InlineData(Hex, true)]
    [InlineData("sha256:" + Hex, false)]
    [InlineData("../" + Hex, false)]
    [InlineData(null, false)]
    public void TryParseHex_Text_IsDigitsAlone(string? text, bool good) => Assert.Equal(good, Digest.TryParseHex(text, out _));

    [Fact]
    public void Default_Value_NamesNothing()
    {
        Assert.True(default(Digest).IsEmpty);
        Assert.Throws<InvalidOperationException>(() => default(Digest).Hex);
    }
}
