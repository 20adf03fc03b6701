using Xunit;

namespace Slipway.Oci.Tests;

public class ReferenceTests
{
    private const string Pin = "@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    public static TheoryData<string> Malformed => new(
        "", " ", "UPPER", "a/UPPER", "UPPER:x", "../../etc:x", "a/../b", "a//b", "/a", "a/", ":tag", "a:", "a: b", "a:-tag", "a:.tag", "a:b:c", "a:t/b/", "a b", "a\n", "a\0b",
        "-a", "a-", ".a", "a.", "_a", "a..b", "a___b", "a._b", "a@", "a@sha256:", "a@sha256:../../x", "a@sha512:" + Pin[8..], Pin, Pin[8..], "a" + Pin + Pin,
        "host:99999/a", "host:/a", "host:-1/a", "-host.x/a", "[::1/a", "é", "a/é", "https://host.x/a", "a:" + new string('t', 129), new string('a', 256));

    [Theory]
    [InlineData("busybox", "docker.io/library/busybox:latest", "busybox:latest")]
    [InlineData("busybox:1.36", "docker.io/library/busybox:1.36", "busybox:1.36")]
    [InlineData("user/app", "docker.io/user/app:latest", "user/app:latest")]
    [InlineData("library/busybox", "docker.io/library/busybox:latest", "busybox:latest")]
    [InlineData("docker.io/busybox", "docker.io/library/busybox:latest", "busybox:latest")]
    [InlineData("index.docker.io/library/busybox", "docker.io/library/busybox:latest", "busybox:latest")]
    [InlineData("localhost/app", "localhost/app:latest", "localhost/app:latest")]
    [InlineData("localhost:5000/app", "localhost:5000/app:latest", "localhost:5000/app:latest")]
    [InlineData("host.example/a/b/c:v1", "host.example/a/b/c:v1", "host.example/a/b/c:v1")]
    [InlineData("[::1]:5000/app:x", "[::1]:5000/app:x", "[::1]:5000/app:x")]
    [InlineData("a-b__c.d--e", "docker.io/library/a-b__c.d--e:latest", "a-b__c.d--e:latest")]
    [InlineData("a:Tag_1.2-x", "docker.io/library/a:Tag_1.2-x", "a:Tag_1.2-x")]
    [InlineData("0", "docker.io/library/0:latest", "0:latest")]
    [InlineData("busybox" + Pin, "docker.io/library/busybox" + Pin, "busybox" + Pin)]
    [InlineData("busybox:1" + Pin, "docker.io/library/busybox:1" + Pin, "busybox:1" + Pin)]
    public void Parse_Name_GetsDockersDefaults(string text, string full, string familiar)
    {
        Reference reference = Reference.Parse(text);
        Assert.Equal((full, familiar), (reference.ToString(), reference.Familiar));
        // What is written is read again as the same.
        Assert.Equal(reference, Reference.Parse(full));
        Assert.Equal(reference, Reference.Parse(familiar));
    }

    [Theory]
    [MemberData(nameof(Malformed), DisableDiscoveryEnumeration = true)]
    public void Parse_Malformed_IsRefused(string text)
    {
        Assert.False(Reference.TryParse(text, out _));
        var e = Assert.Throws<SlipwayException>(() => Reference.Parse(text));
        Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
        Assert.StartsWith("invalid reference format", e.Message, StringComparison.Ordinal);
        Assert.True(e.Message.Length < 200);
    }

    [Fact]
    public void WithTag_PinnedName_DropsThePin()
    {
        Reference pinned = Reference.Parse("host.example/app" + Pin);
        Assert.Equal("host.example/app:v2", pinned.WithTag("v2").ToString());
        Assert.Equal(pinned, pinned.WithTag("v2").WithDigest(Digest.Parse(Pin[1..])));
        Assert.Null(pinned.Tag);
    }

    [Theory]
    [InlineData("busybox" + Pin)]
    [InlineData("busybox:1" + Pin)]
    public void ParseTag_WithADigest_IsRefused(string text) =>
        Assert.Contains("refusing to create a tag with a digest reference", Assert.Throws<SlipwayException>(() => Reference.ParseTag(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void ParseTag_WithoutADigest_IsTheName() => Assert.Equal(Reference.Parse("a/b:c"), Reference.ParseTag("a/b:c"));
}
