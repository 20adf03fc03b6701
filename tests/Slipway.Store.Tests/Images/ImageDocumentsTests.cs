using System.Text;
using Slipway.Oci;
using Slipway.Store.Images;
using Xunit;

namespace Slipway.Store.Tests.Images;

/// <summary>Documents with two meanings or without bounds are refused (invariants I7, I8); beside each stands one that must work.</summary>
public sealed class ImageDocumentsTests
{
    private const string Hex = "0123456789012345678901234567890123456789012345678901234567890123";
    private const string Other = "1123456789012345678901234567890123456789012345678901234567890123";
    private const string Config = $$"""{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:{{Hex}}","size":2}""";
    private const string Layer = $$"""{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:{{Other}}","size":3}""";

    public static TheoryData<string> GoodManifests => new(
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[]}""",
        $$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{{Config}}},"layers":[{{{Layer}}},{{{Layer}}}],"annotations":{"a":"b"}}""",
        $$$"""{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{{{Config}}},"layers":[{{{Layer}}}],"unknown":{"Layers":1}}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{Repeat(Layer, 500)}}]}""");

    public static TheoryData<string> BadManifests => new(
        "", "null", "[]", "{}", "7", "\"manifest\"",
        $$"""{"schemaVersion":1,"config":{{Config}},"layers":[]}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"manifests":[]}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"Manifests":[]}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"Layers":[]}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"Layers":[]}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"layers":[]}""",
        $$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","config":{{Config}},"layers":[]}""",
        $$"""{"schemaVersion":2,"config":null,"layers":[]}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":null}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[null]}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{Config}}]}""",
        $$"""{"schemaVersion":2,"config":{{Layer}},"layers":[]}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{Layer.Replace("3}", "-1}", StringComparison.Ordinal)}}]}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{Layer.Replace("3}", "9223372036854775808}", StringComparison.Ordinal)}}]}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{Layer.Replace("sha256:" + Other, "sha256:../../../../etc/passwd", StringComparison.Ordinal)}}]}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{Layer.Replace("sha256:", "sha1:", StringComparison.Ordinal)}}]}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{Repeat(Layer, 501)}}]}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"x":{{new string('[', 200_000)}}""",
        $$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"x":{{new string('[', 65)}}{{new string(']', 65)}}}""",
        $$$"""{"schemaVersion":2,"config":{{{Config}}},"layers":[],"annotations":{"x":"{{{new string('x', 4 << 20)}}}"}}""");

    [Theory]
    [MemberData(nameof(GoodManifests), DisableDiscoveryEnumeration = true)]
    public void ReadManifest_Valid_Reads(string json) => Assert.Equal(2, ImageDocuments.ReadManifest(Encoding.UTF8.GetBytes(json)).SchemaVersion);

    [Fact]
    public void ReadManifest_OfSchemaVersionZero_IsReadAsDockerDoes() =>
        Assert.Empty(ImageDocuments.ReadManifest(Encoding.UTF8.GetBytes($$"""{"schemaVersion":0,"config":{{Config}},"layers":[]}""")).Layers);

    [Theory]
    [MemberData(nameof(BadManifests), DisableDiscoveryEnumeration = true)]
    public void ReadManifest_Hostile_IsRefusedInOneShortSentence(string json)
    {
        var e = Assert.Throws<SlipwayException>(() => ImageDocuments.ReadManifest(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
        Assert.True(e.Message.Length < 400, e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""", true)]
    [InlineData($$"""{"schemaVersion":2,"manifests":[{{Config}}]}""", true)]
    [InlineData("""{"schemaVersion":2,"manifests":[],"layers":[]}""", false)]
    [InlineData("""{"schemaVersion":2,"manifests":[],"config":{}}""", false)]
    [InlineData("""{"schemaVersion":2,"manifests":[null]}""", false)]
    [InlineData("""{"schemaVersion":2,"manifests":null}""", false)]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","manifests":[]}""", false)]
    public void ReadIndex_Document_IsReadOrRefused(string json, bool good)
    {
        if (good)
            ImageDocuments.ReadIndex(Encoding.UTF8.GetBytes(json));
        else
            Assert.Throws<SlipwayException>(() => ImageDocuments.ReadIndex(Encoding.UTF8.GetBytes(json)));
    }

    [Theory]
    [InlineData("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}""", true)]
    [InlineData("""{"architecture":"amd64","os":"windows","rootfs":{"type":"layers","diff_ids":[]}}""", true)]
    [InlineData($$$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:{{{Hex}}}"]},"config":{"Env":["A=","B=b=c"],"Entrypoint":null,"Labels":{"x":"y"}},"history":[{},{"empty_layer":true}]}""", true)]
    [InlineData("null", false)]
    [InlineData("""{"architecture":"amd64","os":"linux"}""", false)]
    [InlineData("""{"architecture":"amd64","os":"linux","rootfs":null}""", false)]
    [InlineData("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:../../../../etc"]}}""", false)]
    [InlineData("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"config":{"Env":["NOVALUE"]}}""", false)]
    [InlineData("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"config":{"Env":["A=\u0000"]}}""", false)]
    [InlineData("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"config":{"Entrypoint":"sh"}}""", false)]
    [InlineData("""{"architecture":null,"os":"linux","rootfs":{"type":"layers","diff_ids":[]}}""", false)]
    public void ReadConfig_Document_IsReadOrRefused(string json, bool good)
    {
        if (good)
            ImageDocuments.ReadConfig(Encoding.UTF8.GetBytes(json));
        else
            Assert.Throws<SlipwayException>(() => ImageDocuments.ReadConfig(Encoding.UTF8.GetBytes(json)));
    }

    private static string Repeat(string text, int times) => string.Join(',', Enumerable.Repeat(text, times));
}
