using System.Text;
using Slipway.Oci;
using Slipway.Registry.Endpoints;
using Slipway.Registry.Tests.Servers;
using Xunit;

namespace Slipway.Registry.Tests.Endpoints;

public sealed class EndpointTests
{
    private const string File = """
        {"registry-mirrors": ["https://mirror.example/hub"], "insecure-registries": ["plain.example:5000", "10.0.0.0/8"],
         "mirrors": {"quay.io": ["http://near.example"]}, "token-hosts": {"a.example": ["b.example"]}, "storage-driver": "x"}
        """;

    [Theory]
    [InlineData("docker.io", false, "https://mirror.example/hub", "https://registry-1.docker.io/")]
    [InlineData("docker.io", true, "https://registry-1.docker.io/")]
    [InlineData("quay.io", false, "http://near.example/", "https://quay.io/")]
    [InlineData("plain.example:5000", false, "https://plain.example:5000/", "http://plain.example:5000/")]
    [InlineData("plain.example", false, "https://plain.example/")]
    [InlineData("10.1.2.3:5000", false, "https://10.1.2.3:5000/", "http://10.1.2.3:5000/")]
    [InlineData("11.1.2.3:5000", false, "https://11.1.2.3:5000/")]
    [InlineData("localhost:5000", true, "https://localhost:5000/", "http://localhost:5000/")]
    [InlineData("[::1]:5000", true, "https://[::1]:5000/", "http://[::1]:5000/")]
    public void Resolve_OfAHost_FollowsTheConfiguration(string host, bool write, params string[] addresses) =>
        Assert.Equal(addresses, new EndpointResolver(RegistryConfigFile.Parse(Encoding.UTF8.GetBytes(File), "test")).Resolve(host, write).Select(e => e.Base.AbsoluteUri));

    [Theory]
    [InlineData("""{"registry-mirrors": "x"}""")]
    [InlineData("""{"registry-mirrors": ["mirror.example"]}""")]
    [InlineData("""{"registry-mirrors": ["https://user@mirror.example"]}""")]
    [InlineData("""{"mirrors": ["https://mirror.example"]}""")]
    [InlineData("[]")]
    public void Parse_OfAWrongFile_SaysWhere(string file)
    {
        SlipwayException e = Assert.Throws<SlipwayException>(() => RegistryConfigFile.Parse(Encoding.UTF8.GetBytes(file), "'config.json'"));
        Assert.Contains("'config.json'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mirror_ThatHasNotGotIt_IsFollowedByTheRegistry()
    {
        byte[] content = TestClient.RandomContent(100);
        using var mirror = new ScriptedRegistry(_ => ScriptedResponse.Of(404));
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, content));
        Assert.Equal(content, await TestClient.ReadBlob(registry, content, WithMirror(registry, mirror.Address + "/path/")));
        Assert.StartsWith("/path/v2/lib/x/blobs/", Assert.Single(mirror.Requests).Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mirror_ThatHasIt_IsTheOnlyOneAsked()
    {
        byte[] content = TestClient.RandomContent(100);
        using var mirror = new ScriptedRegistry(_ => new ScriptedResponse(200, content));
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, content));
        Assert.Equal(content, await TestClient.ReadBlob(registry, content, WithMirror(registry, mirror.Address)));
        Assert.Empty(registry.Requests);
    }

    [Fact]
    public async Task Registry_ThatIsNotThere_IsAnErrorThatSaysWhy()
    {
        var gone = new ScriptedRegistry(_ => ScriptedResponse.Of(200));
        gone.Dispose();
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(gone, [1]));
        Assert.Contains("connection refused", e.Message, StringComparison.Ordinal);
    }

    private static RegistrySettings WithMirror(ScriptedRegistry registry, string mirror) => TestClient.Settings with
    {
        Config = new RegistryConfig { Mirrors = new Dictionary<string, IReadOnlyList<Uri>> { [registry.Host] = [new Uri(mirror)] } },
    };
}
