using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Slipway.Integration.Tests.Registry;
using Slipway.Registry.Tests.Servers;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What registries refuse, as docker's clients are told; and images by a digest of a registry's.</summary>
public sealed class RegistryRefusalTests
{
    private static readonly CancellationToken s_cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Password_MissingOrWrong_IsSaidAsDockerdSaysIt()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using var registry = new ScriptedRegistry(_ => new ScriptedResponse(401, """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"""u8.ToArray(), ("WWW-Authenticate", "Basic realm=\"x\"")));
        string name = registry.Host + "/app";
        slipd.Slip.Ok("tag", "busybox", name);
        slipd.Http.DefaultRequestHeaders.UserAgent.ParseAdd("Some-Client/1.0 (linux)");

        Assert.EndsWith(": no basic auth credentials\"}", (await PushAsync(slipd, name)).Trim(), StringComparison.Ordinal);
        Assert.Contains($"'docker login {registry.Host}'", await PushAsync(slipd, name), StringComparison.Ordinal);
        using HttpResponseMessage pull = await slipd.Http.PostAsync($"/images/create?fromImage={name}&tag=1", null, s_cancel);
        string pulled = await pull.Content.ReadAsStringAsync(s_cancel);
        Assert.Contains($"pull access denied for {name}, repository does not exist or may require 'docker login': no basic auth credentials", pulled, StringComparison.Ordinal);
        // slip's own user logs in with slip.
        Assert.Contains($"'slip login {registry.Host}'", slipd.Slip.Run("push", name).Errors, StringComparison.Ordinal);

        using HttpResponseMessage login = await slipd.Http.PostAsync("/auth", new StringContent($$"""{"username":"me","password":"wrong","serveraddress":"{{registry.Host}}"}""", Encoding.UTF8, "application/json"), s_cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, login.StatusCode);
        Assert.All(registry.Requests.Where(r => r["user-agent"] != "slipway/0.1"), r => Assert.Equal(@"slipway/0.1 UpstreamClient(Some-Client/1.0 \(linux\))", r["user-agent"]));
        Assert.Contains(registry.Requests, r => r["user-agent"]!.Contains("UpstreamClient", StringComparison.Ordinal));
        Assert.Contains("failed with status: 401 Unauthorized", await login.Content.ReadAsStringAsync(s_cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenServer_ThatHasNoneLeft_IsSaidInItsWordsAlone()
    {
        using Slipd slipd = Slipd.WithBusybox();
        int asked = 0;
        using var tokens = new ScriptedRegistry(_ => asked++ < 1
            ? new ScriptedResponse(503, """{"errors":[{"code":"UNAVAILABLE","message":"not now"}]}"""u8.ToArray())
            : new ScriptedResponse(429, """{"errors":[{"code":"TOOMANYREQUESTS","message":"out of tokens"}]}"""u8.ToArray(), ("Retry-After", "0")));
        using var registry = new ScriptedRegistry(_ => ScriptedResponse.Of(401, ("WWW-Authenticate", $"Bearer realm=\"{tokens.Address}/token\"")));
        slipd.Slip.Ok("tag", "busybox", registry.Host + "/app");
        string[] lines = (await PushAsync(slipd, registry.Host + "/app")).Trim().Split('\n');
        Assert.Equal("toomanyrequests: out of tokens", (string)JsonNode.Parse(lines[^1])!["error"]!);
    }

    [Fact]
    public async Task Header_ThatIsNoCredential_IsNobodys()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using Slipd slipd = Slipd.WithBusybox();
        string name = registry.Host + "/open/app";
        slipd.Slip.Ok("tag", "busybox", name);
        foreach (string header in (string[])["{}", "not*base64", Convert.ToBase64String("[]"u8), Convert.ToBase64String("""{"username":7}"""u8)])
            Assert.DoesNotContain("error", await PushAsync(slipd, name, header), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Digest_IsTheNameOfItsOwnRepositoryAlone()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using Slipd slipd = Slipd.WithBusybox();
        string repository = registry.Host + "/some/app", digest = slipd.Slip.Ok("images", "-q", "--no-trunc", "busybox"), pinned = $"{repository}@{digest}";
        slipd.Slip.Ok("tag", "busybox", repository + ":1");
        slipd.Slip.Ok("push", repository + ":1");
        slipd.Slip.Ok("rmi", "-f", digest);
        slipd.Slip.Ok("pull", pinned);
        slipd.Slip.Ok("create", "--name", "one", "--network", "none", pinned, "true");
        string id = slipd.Slip.Ok("ps", "-aq", "--no-trunc", "--filter", $"ancestor={pinned}");
        Assert.Equal(64, id.Length);
        Assert.Equal("", slipd.Slip.Ok("ps", "-aq", "--filter", $"ancestor=busybox@{digest}"));
        Assert.Contains("No such image", slipd.Slip.Run("rmi", $"busybox@{digest}").Errors, StringComparison.Ordinal);

        // Pulled by digest it has that name, and no tag.
        JsonNode image = JsonNode.Parse(await slipd.Http.GetStringAsync($"/images/{pinned}/json", s_cancel))!;
        Assert.Equal((0, pinned), (image["RepoTags"]!.AsArray().Count, (string)Assert.Single(image["RepoDigests"]!.AsArray())!));
        slipd.Slip.Ok("tag", pinned, repository + ":mine");
        slipd.Slip.Ok("tag", pinned, repository + "/other:mine");
        slipd.Slip.Ok("rmi", repository + ":mine");
        // With the repository's last tag goes its digest; the image stays under its other name.
        Assert.Equal(HttpStatusCode.NotFound, (await slipd.Http.GetAsync($"/images/{pinned}/json", s_cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await slipd.Http.GetAsync($"/images/{repository}/other:mine/json", s_cancel)).StatusCode);
    }

    [Fact]
    public async Task Import_ForAnotherSystem_IsRefused()
    {
        using Slipd slipd = Slipd.WithBusybox();
        foreach ((string platform, string said) in ((string, string)[])[("macos", "operating system is not supported"), ("macos/arm64", "operating system is not supported"), ("/", "is an invalid component"), ("%20%20", "is an invalid component")])
        {
            using HttpResponseMessage refused = await slipd.Http.PostAsync($"/images/create?fromSrc=-&repo=x&platform={platform}", new ByteArrayContent(new byte[1024]), s_cancel);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains(said, await refused.Content.ReadAsStringAsync(s_cancel), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1.45", "127.0.0.0/8")]
    [InlineData("1.51", "127.0.0.0/8,::1/128")]
    public async Task Info_OfRegistriesWithoutTls_NamesWhatThatVersionKnows(string version, string networks)
    {
        using Slipd slipd = Slipd.WithBusybox();
        JsonNode info = JsonNode.Parse(await slipd.Http.GetStringAsync($"/v{version}/info", s_cancel))!;
        Assert.Equal(networks, string.Join(',', info["RegistryConfig"]!["InsecureRegistryCIDRs"]!.AsArray().Select(n => (string)n!)));
    }

    private static async Task<string> PushAsync(Slipd slipd, string name, string auth = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/images/{name}/push?tag=latest");
        request.Headers.TryAddWithoutValidation("X-Registry-Auth", auth);
        using HttpResponseMessage answer = await slipd.Http.SendAsync(request, s_cancel);
        return await answer.Content.ReadAsStringAsync(s_cancel);
    }
}
