using System.Text;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Registry.Manifests;
using Slipway.Registry.Tests.Servers;
using Xunit;

namespace Slipway.Registry.Tests.Manifests;

/// <summary>H-reg 1, 6, 12 and 13, and CVE-2021-41190, of the security catalogue.</summary>
public sealed class ManifestClientTests
{
    private const string Config = """{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2}""";
    private const string Manifest = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.Manifest}}","config":{{Config}},"layers":[]}""";
    private const string Untyped = $$"""{"schemaVersion":2,"config":{{Config}},"layers":[]}""";
    private const string Index = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.Index}}","manifests":[]}""";

    [Theory]
    [InlineData(Manifest, MediaTypes.Manifest, MediaTypes.Manifest)]
    [InlineData(Manifest, MediaTypes.Manifest + "; charset=utf-8", MediaTypes.Manifest)]
    [InlineData(Manifest, "application/json", MediaTypes.Manifest)]
    [InlineData(Manifest, null, MediaTypes.Manifest)]
    [InlineData(Untyped, MediaTypes.Manifest, MediaTypes.Manifest)]
    [InlineData(Untyped, "text/plain", MediaTypes.Manifest)]
    [InlineData(Index, MediaTypes.Index, MediaTypes.Index)]
    public async Task Get_OfAGoodDocument_SaysWhatItIs(string document, string? contentType, string expected)
    {
        ManifestDocument read = await Get(document, contentType);
        Assert.Equal(expected, read.MediaType);
        Assert.Equal(document, Encoding.UTF8.GetString(read.Bytes));
        Assert.Equal(Digest.Of(read.Bytes), read.Digest);
    }

    [Theory]
    [InlineData(Manifest, MediaTypes.Index)]
    [InlineData(Manifest, MediaTypes.DockerManifest)]
    [InlineData(Index, MediaTypes.Manifest)]
    [InlineData(Untyped, MediaTypes.Index)]
    [InlineData(Untyped, MediaTypes.DockerManifestV1)]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"manifests":[]}""", MediaTypes.Manifest)]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":[],"manifests":[]}""", MediaTypes.Index)]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.example","layers":[]}""", null)]
    [InlineData("""{"schemaVersion":2,"layers":[],"layers":[]}""", MediaTypes.Manifest)]
    [InlineData("[]", MediaTypes.Manifest)]
    [InlineData("", MediaTypes.Manifest)]
    public Task Get_OfADocumentWithTwoMeanings_IsRefused(string document, string? contentType) =>
        Assert.ThrowsAnyAsync<SlipwayException>(() => Get(document, contentType));

    [Fact]
    public async Task Get_WhereTheHeaderNamesAnotherDigest_IsRefused()
    {
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => Get(Manifest, MediaTypes.Manifest, ("Docker-Content-Digest", Digest.Of([1]).ToString())));
        Assert.Contains(Digest.Of([1]).ToString(), e.Message, StringComparison.Ordinal);
        await Get(Manifest, MediaTypes.Manifest, ("Docker-Content-Digest", Digest.Of(Encoding.UTF8.GetBytes(Manifest)).ToString()));
        await Get(Manifest, MediaTypes.Manifest, ("Docker-Content-Digest", "sha512:0"));
    }

    [Fact]
    public async Task Get_ByDigestOfOtherContent_IsRefused()
    {
        using var registry = Serving(Manifest, MediaTypes.Manifest);
        Digest right = Digest.Of(Encoding.UTF8.GetBytes(Manifest));
        Assert.Equal(right, (await TestClient.With(registry, r => r.Manifests.GetAsync(right, TestClient.Cancel))).Digest);
        await Assert.ThrowsAsync<RegistryException>(() => TestClient.With(registry, r => r.Manifests.GetAsync(Digest.Of([1]), TestClient.Cancel)));
    }

    [Fact]
    public async Task Get_OfFiveMebibytes_IsRefused()
    {
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => Get(new string(' ', 5 << 20), MediaTypes.Manifest));
        Assert.Contains("longer than the 4194304 bytes allowed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_OfAnUnknownTag_SaysTheRegistrysWords()
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(404, Encoding.UTF8.GetBytes("""{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"x"}}]}""")));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.With(registry, r => r.Manifests.GetAsync("x", TestClient.Cancel)));
        Assert.Equal((ErrorKind.NotFound, "MANIFEST_UNKNOWN", "manifest unknown: manifest unknown"), (e.Kind, e.Code, e.Words));
    }

    [Fact]
    public async Task Error_WithControlCharacters_ReachesNoTerminal()
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(404, Encoding.UTF8.GetBytes("{\"errors\":[{\"code\":\"X\\u001b[2J\",\"message\":\"a\\u0007\\r\\nb" + new string('c', 5000) + "\"}]}")));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.With(registry, r => r.Manifests.GetAsync("x", TestClient.Cancel)));
        Assert.DoesNotContain(e.Message, char.IsControl);
        Assert.True(e.Message.Length < 1000);
    }

    [Fact]
    public async Task ListTags_OverPages_FollowsTheLinks()
    {
        using var registry = new ScriptedRegistry(r => r.Target.Contains("last=b", StringComparison.Ordinal)
            ? new ScriptedResponse(200, """{"name":"lib/x","tags":["c","b"]}"""u8.ToArray())
            : new ScriptedResponse(200, """{"name":"lib/x","tags":["a","b","../../etc","UP!"]}"""u8.ToArray(), ("Link", "</v2/lib/x/tags/list?n=2&last=b>; rel=\"next\"")));
        Assert.Equal(["a", "b", "c"], await TestClient.With(registry, r => r.Manifests.ListTagsAsync(TestClient.Cancel)));
    }

    [Fact]
    public async Task ListTags_ThatGoOnElsewhere_AreRefused()
    {
        using var elsewhere = new ScriptedRegistry(_ => new ScriptedResponse(200, """{"tags":["z"]}"""u8.ToArray()));
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, """{"tags":["a"]}"""u8.ToArray(), ("Link", $"<{elsewhere.Address}/v2/>; rel=\"next\"")));
        await Assert.ThrowsAsync<RegistryException>(() => TestClient.With(registry, r => r.Manifests.ListTagsAsync(TestClient.Cancel)));
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task ListTags_ThatNeverEnd_AreCutOff()
    {
        int page = 0;
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, """{"tags":["a"]}"""u8.ToArray(), ("Link", $"</v2/lib/x/tags/list?n={++page}>; rel=\"next\"")));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.With(registry, r => r.Manifests.ListTagsAsync(TestClient.Cancel)));
        Assert.Contains("does not end", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    public async Task Head_WithABody_IsNotTakenForTheNextAnswer(int status)
    {
        byte[] forged = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {MediaTypes.Index}\r\nContent-Length: {Index.Length}\r\n\r\n{Index}");
        using var registry = new ScriptedRegistry(r => r.Method == "HEAD"
            ? new ScriptedResponse(status, forged, ("Docker-Content-Digest", Digest.Of([]).ToString())) { Smuggles = true, DeclaredLength = status == 204 ? -1 : null }
            : new ScriptedResponse(200, Encoding.UTF8.GetBytes(Manifest), ("Content-Type", MediaTypes.Manifest)));
        (Digest? head, ManifestDocument document) = await TestClient.With(registry, async r =>
            (await r.Manifests.HeadAsync("latest", TestClient.Cancel), await r.Manifests.GetAsync("latest", TestClient.Cancel)));
        Assert.Equal(Digest.Of([]), head);
        Assert.Equal(Manifest, Encoding.UTF8.GetString(document.Bytes));
        Assert.Equal(["HEAD", "GET"], registry.Requests.Select(r => r.Method));
    }

    private static async Task<ManifestDocument> Get(string document, string? contentType, params (string, string)[] headers)
    {
        using ScriptedRegistry registry = Serving(document, contentType, headers);
        return await TestClient.With(registry, r => r.Manifests.GetAsync("latest", TestClient.Cancel));
    }

    private static ScriptedRegistry Serving(string document, string? contentType, params (string, string)[] headers) =>
        new(_ => new ScriptedResponse(200, Encoding.UTF8.GetBytes(document), contentType is null ? headers : [.. headers, ("Content-Type", contentType)]));
}
