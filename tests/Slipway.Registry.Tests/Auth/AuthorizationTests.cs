using System.Text;
using Slipway.Oci;
using Slipway.Registry.Auth;
using Slipway.Registry.Tests.Servers;
using Xunit;

namespace Slipway.Registry.Tests.Auth;

/// <summary>H-reg 9 and 11 of the security catalogue: the way in, and what becomes of wrong ones.</summary>
public sealed class AuthorizationTests
{
    private static readonly byte[] s_content = TestClient.RandomContent(2000);

    [Fact]
    public async Task Bearer_WithCredentials_FetchesOneTokenForTheScope()
    {
        using var tokens = new ScriptedRegistry(_ => Token("t1"));
        using var registry = Guarded(() => tokens, "t1");
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content, WithCredential(registry)));
        ScriptedRequest asked = Assert.Single(tokens.Requests);
        Assert.Equal("/token?account=me&service=a%20service&scope=repository%3Alib%2Fx%3Apull", asked.Target);
        Assert.Equal("Basic " + Convert.ToBase64String("me:pass:word"u8), asked["authorization"]);
    }

    [Fact]
    public async Task Bearer_WithoutCredentials_FetchesAnAnonymousToken()
    {
        using var tokens = new ScriptedRegistry(_ => Token("t1"));
        using var registry = Guarded(() => tokens, "t1");
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content));
        Assert.Null(Assert.Single(tokens.Requests)["authorization"]);
    }

    [Fact]
    public async Task Bearer_WithAnIdentityToken_ExchangesIt()
    {
        using var tokens = new ScriptedRegistry(_ => new ScriptedResponse(200, """{"access_token":"t1"}"""u8.ToArray()));
        using var registry = Guarded(() => tokens, "t1");
        var settings = TestClient.Settings with { Credentials = new TestClient.Stored(registry.Host, new Credential("", "", "id&token")) };
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content, settings));
        ScriptedRequest asked = Assert.Single(tokens.Requests);
        Assert.Equal("POST", asked.Method);
        Assert.Contains("refresh_token=id%26token", Encoding.ASCII.GetString(asked.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bearer_ThatExpiresInTheMiddle_IsRenewed()
    {
        int given = 0;
        using var tokens = new ScriptedRegistry(_ => Token($"t{++given}"));
        using var registry = new ScriptedRegistry(r => r["authorization"] switch
        {
            "Bearer t1" when r["range"] is null => new ScriptedResponse(200, s_content) { CutAfter = 500 },
            "Bearer t2" => new ScriptedResponse(206, s_content[500..], ("Content-Range", $"bytes 500-1999/2000")),
            _ => ScriptedResponse.Of(401, ("WWW-Authenticate", $"Bearer realm=\"{tokens.Address}/token\"")),
        });
        Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content));
        Assert.Equal(2, given);
    }

    [Fact]
    public async Task Bearer_ThatIsRefusedEvenSo_EndsAfterTwoTries()
    {
        using var tokens = new ScriptedRegistry(_ => Token("wrong"));
        using var registry = Guarded(() => tokens, "t1");
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content, WithCredential(registry)));
        Assert.Equal(ErrorKind.Denied, e.Kind);
        Assert.True(tokens.Requests.Count <= 2, $"{tokens.Requests.Count} tokens were asked for");
        Assert.DoesNotContain("pass:word", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenServer_ThatSendsUsElsewhere_IsNotFollowed()
    {
        using var elsewhere = new ScriptedRegistry(_ => Token("t1"));
        using var tokens = new ScriptedRegistry(_ => ScriptedResponse.Of(302, ("Location", elsewhere.Address + "/token")));
        using var registry = Guarded(() => tokens, "t1");
        await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content, WithCredential(registry)));
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"token":""}""")]
    [InlineData("""{"token":"a\r\nX-Evil: 1"}""")]
    [InlineData("""{"token":7}""")]
    public async Task TokenServer_ThatGivesNoToken_IsAnError(string answer)
    {
        using var tokens = new ScriptedRegistry(_ => new ScriptedResponse(200, Encoding.UTF8.GetBytes(answer)));
        using var registry = Guarded(() => tokens, "t1");
        await Assert.ThrowsAnyAsync<SlipwayException>(() => TestClient.ReadBlob(registry, s_content));
    }

    [Fact]
    public async Task TokenServer_ThatGivesNoToken_IsTold()
    {
        using var tokens = new ScriptedRegistry(_ => new ScriptedResponse(200, """{"something":"else"}"""u8.ToArray()));
        using var registry = Guarded(() => tokens, "t1");
        SlipwayException e = await Assert.ThrowsAnyAsync<SlipwayException>(() => TestClient.ReadBlob(registry, s_content));
        Assert.Contains("authorization server did not include a token in the response", e.Message, StringComparison.Ordinal);
    }

    // As docker reads them; in its own words where there is nothing to read.
    [Theory]
    [InlineData(401, """{"errors":[{"Code":"UNAUTHORIZED","message":"a message","detail":null}]}""", "unauthorized: a message", "unauthorized: a message")]
    [InlineData(401, """{"error":"unauthorized"}""", "unauthorized: authentication required", null)]
    [InlineData(403, "no way", "error parsing HTTP 403 response body: ", null)]
    [InlineData(403, "", " answers 403", null)]
    [InlineData(429, """{"errors":[{"code":"TOOMANYREQUESTS","message":"out of tokens"}]}""", "toomanyrequests: out of tokens", "toomanyrequests: out of tokens")]
    public async Task TokenServer_ThatRefuses_IsToldInItsWords(int status, string body, string said, string? words)
    {
        using var tokens = new ScriptedRegistry(_ => new ScriptedResponse(status, Encoding.UTF8.GetBytes(body)));
        using var registry = Guarded(() => tokens, "t1");
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content));
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
        Assert.Contains(tokens.Address, e.Message, StringComparison.Ordinal);
        Assert.Equal(words, e.Words);
    }

    [Fact]
    public async Task Basic_WithoutCredentials_SaysThatTheyAreMissing()
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(401, """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"""u8.ToArray(), ("WWW-Authenticate", "Basic realm=\"x\"")));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content));
        Assert.Equal("no basic auth credentials", e.Words);
        // With some that are refused it is the registry that speaks.
        e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content, WithCredential(registry)));
        Assert.Equal("unauthorized: authentication required", e.Words);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("<html>", null)]
    [InlineData("""{"errors":[{"code":"UNAVAILABLE","message":"not now"}]}""", "unavailable: not now")]
    public async Task Registry_ThatIsBusy_HasWordsWhereItSaidSome(string body, string? words)
    {
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(503, Encoding.UTF8.GetBytes(body)));
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.With(registry, r => r.Manifests.GetAsync("1", TestClient.Cancel)));
        Assert.Equal((words, ErrorKind.Unavailable), (e.Words, e.Kind));
        Assert.EndsWith(words ?? "status 503", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_ThatIsRefused_SaysTheStatus()
    {
        using var registry = new ScriptedRegistry(_ => ScriptedResponse.Of(401, ("WWW-Authenticate", "Basic realm=\"x\"")));
        using var client = new RegistryClient(TestClient.Settings);
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => client.LoginAsync(registry.Host, new Credential("me", "wrong"), TestClient.Cancel));
        Assert.Equal($"login attempt to {registry.Address}/v2/ failed with status: 401 Unauthorized: incorrect username or password", e.Message);
    }

    [Fact]
    public async Task TokenServer_ThatGivesTenMebibytes_IsCutOff()
    {
        using var tokens = new ScriptedRegistry(_ => new ScriptedResponse(200, new byte[10 << 20]) { Chunked = true });
        using var registry = Guarded(() => tokens, "t1");
        RegistryException e = await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content));
        Assert.Contains("longer than", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("me", "pass:word", true)]
    [InlineData("me", "wrong", false)]
    public async Task Basic_WithCredentials_IsTakenOrNot(string user, string password, bool right)
    {
        string wanted = "Basic " + Convert.ToBase64String("me:pass:word"u8);
        using var registry = new ScriptedRegistry(r => r["authorization"] == wanted ? new ScriptedResponse(200, s_content) : ScriptedResponse.Of(401, ("WWW-Authenticate", "Basic realm=\"x\"")));
        var settings = TestClient.Settings with { Credentials = new TestClient.Stored(registry.Host, new Credential(user, password)) };
        if (right)
            Assert.Equal(s_content, await TestClient.ReadBlob(registry, s_content, settings));
        else
            await Assert.ThrowsAsync<RegistryException>(() => TestClient.ReadBlob(registry, s_content, settings));
        Assert.Equal(2, registry.Requests.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Login_WithATokenServer_SaysWhetherItIsRight(bool right)
    {
        using var tokens = new ScriptedRegistry(r => right ? new ScriptedResponse(200, """{"token":"t1","refresh_token":"keep"}"""u8.ToArray()) : ScriptedResponse.Of(401));
        using var registry = Guarded(() => tokens, "t1");
        using var client = new RegistryClient(TestClient.Settings);
        Task<Credential> login = client.LoginAsync(registry.Host, new Credential("me", "secret"), TestClient.Cancel);
        if (!right)
        {
            await Assert.ThrowsAsync<RegistryException>(() => login);
            return;
        }
        Assert.Equal(new Credential("me", "", "keep"), await login);
        Assert.Contains("offline_token=true", tokens.Requests[^1].Target, StringComparison.Ordinal);
    }

    private static ScriptedRegistry Guarded(Func<ScriptedRegistry> tokens, string token) => new(r => r["authorization"] == "Bearer " + token
        ? new ScriptedResponse(200, s_content)
        : ScriptedResponse.Of(401, ("WWW-Authenticate", $"Bearer realm=\"{tokens().Address}/token\",service=\"a service\",scope=\"repository:lib/x:pull\"")));

    private static ScriptedResponse Token(string token) => new(200, Encoding.UTF8.GetBytes($$"""{"token":"{{token}}","expires_in":300}"""));

    private static RegistrySettings WithCredential(ScriptedRegistry registry) =>
        TestClient.Settings with { Credentials = new TestClient.Stored(registry.Host, new Credential("me", "pass:word")) };
}
