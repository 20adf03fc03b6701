using System.Security.Cryptography.X509Certificates;
using Slipway.Oci;
using Slipway.Registry.Auth;
using Slipway.Registry.Tests.Servers;
using Xunit;

namespace Slipway.Registry.Tests.Transfer;

/// <summary>H-reg 4 and 6 of the security catalogue.</summary>
public sealed class RedirectTests
{
    private static readonly byte[] s_content = TestClient.RandomContent(2000);

    [Fact]
    public async Task Redirect_ToAnotherOrigin_IsFollowedWithoutCredentials()
    {
        using var storage = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content));
        using var registry = new ScriptedRegistry(r => r["authorization"] is null
            ? ScriptedResponse.Of(401, ("WWW-Authenticate", "Basic realm=x"))
            : ScriptedResponse.Of(307, ("Location", storage.Address + "/blob?signature=s")));
        var settings = TestClient.Settings with { Credentials = new TestClient.Stored(registry.Host, new Credential("u", "p")) };
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content, settings));
        ScriptedRequest asked = Assert.Single(storage.Requests);
        Assert.Equal("/blob?signature=s", asked.Target);
        Assert.Null(asked["authorization"]);
    }

    [Fact]
    public async Task Redirect_ToAnotherOriginThatAsksForCredentials_GetsNone()
    {
        using var storage = new ScriptedRegistry(_ => ScriptedResponse.Of(401, ("WWW-Authenticate", "Basic realm=x")));
        using var registry = new ScriptedRegistry(r => ScriptedResponse.Of(302, ("Location", storage.Address + "/blob")));
        var settings = TestClient.Settings with { Credentials = new TestClient.Stored(registry.Host, new Credential("u", "p")) };
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content, settings));
        Assert.Equal(ErrorKind.Denied, e.Kind);
        Assert.All(storage.Requests, r => Assert.Null(r["authorization"]));
    }

    [Fact]
    public async Task Redirect_FiveTimes_IsFollowed()
    {
        using var registry = new ScriptedRegistry(r => r.Target.StartsWith("/hop4", StringComparison.Ordinal) ? new ScriptedResponse(200, s_content)
            : ScriptedResponse.Of(302, ("Location", r.Target.StartsWith("/hop", StringComparison.Ordinal) ? $"/hop{r.Target[4] - '0' + 1}" : "/hop0")));
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content));
    }

    [Theory]
    [InlineData("/v2/lib/x/blobs/loop")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("http://user:password@127.0.0.1/x")]
    [InlineData("http://")]
    public async Task Redirect_ThatLeadsNowhereGood_IsRefused(string location)
    {
        using var registry = new ScriptedRegistry(_ => ScriptedResponse.Of(302, ("Location", location)));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content));
        Assert.Equal(ErrorKind.Denied, e.Kind);
        Assert.True(registry.Requests.Count <= 7);
        Assert.DoesNotContain("password", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_FromTlsToNone_IsRefused()
    {
        using var plain = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content));
        using X509Certificate2 certificate = TestCertificates.Server(null);
        using var registry = new ScriptedRegistry(_ => ScriptedResponse.Of(302, ("Location", plain.Address + "/x")), certificate);
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content));
        Assert.Contains("from https to http", e.Message, StringComparison.Ordinal);
        Assert.Empty(plain.Requests);
    }

    [Fact]
    public async Task Headers_OfAMebibyte_AreRefused()
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content, ("X-Long", new string('x', 1 << 20))));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content));
        Assert.Contains("headers are too long", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_TenThousand_AreRefused()
    {
        (string, string)[] headers = [.. Enumerable.Range(0, 10_000).Select(i => ($"X-{i}", "y"))];
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content, headers));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content));
        Assert.Contains("headers are too long", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_AHundred_AreFine()
    {
        (string, string)[] headers = [.. Enumerable.Range(0, 100).Select(i => ($"X-{i}", "y"))];
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(200, s_content, headers));
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content));
    }
}
