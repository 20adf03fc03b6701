using System.Formats.Tar;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What the suites of clients in Java and Rust assert (docker-java, Spotify's, bollard), where slipd had another answer than dockerd.</summary>
public sealed class JavaAndRustTests
{
    private static readonly CancellationToken s_cancel = TestContext.Current.CancellationToken;

    // docker-java: InternalServerErrorException.
    [Fact]
    public void Unpause_OfWhatIsNotPaused_IsAServersError()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Create(slipd, "box", """{"Image":"busybox","Cmd":["sleep","100"],"HostConfig":{"NetworkMode":"none"}}""");
        Assert.Equal(500, slipd.Send("POST", "/containers/box/unpause").Status);
        slipd.Send("POST", "/containers/box/start");
        (int status, string body) = slipd.Send("POST", "/containers/box/unpause");
        Assert.Equal(500, status);
        Assert.Contains("is not paused", body, StringComparison.Ordinal);
        Assert.Equal(404, slipd.Send("POST", "/containers/nothing/unpause").Status);
    }

    [Fact]
    public void Start_WithOnePortTwice_IsAServersError()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Create(slipd, "box", """{"Image":"busybox","Cmd":["true"],"HostConfig":{"PortBindings":{"22/tcp":[{"HostPort":"11022"}],"23/tcp":[{"HostPort":"11022"}]}}}""");
        (int status, string body) = slipd.Send("POST", "/containers/box/start");
        Assert.Equal(500, status);
        Assert.Contains("Bind for 0.0.0.0:11022 failed", body, StringComparison.Ordinal);
    }

    // Both Java clients read the stream's error, and take a status for another one.
    [Fact]
    public void Push_OfWhatIsNotThere_FailsInItsStream()
    {
        using Slipd slipd = Slipd.WithBusybox();
        foreach (string query in (string[])["", "?tag=latest"])
        {
            (int status, string body) = slipd.Send("POST", "/images/nothing/push" + query);
            Assert.Equal(200, status);
            string[] lines = body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("""{"status":"The push refers to repository [docker.io/library/nothing]"}""", lines[0]);
            Assert.Equal("An image does not exist locally with the tag: nothing", (string?)JsonNode.Parse(Assert.Single(lines.Skip(1)))!["error"]);
        }
    }

    [Fact]
    public void ExposedPorts_StayAsTheyWereWritten()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Create(slipd, "box", """{"Image":"busybox","Cmd":["true"],"ExposedPorts":{"8080":{},"90/udp":{}}}""");
        Assert.Equal(["8080", "90/udp"], slipd.Get("/containers/box/json")["Config"]!["ExposedPorts"]!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
        slipd.Slip.Ok("start", "-a", "box");
        Assert.Contains("--expose 8080", slipd.Slip.Ok("command", "box"), StringComparison.Ordinal);
        Assert.Equal(["box"], slipd.Slip.Ok("ps", "-a", "--filter", "expose=8080", "--format", "{{.Names}}").Split('\n'));
        Assert.Equal(400, slipd.Send("POST", "/containers/create", """{"Image":"busybox","ExposedPorts":{"word":{}}}""").Status);
    }

    [Fact]
    public void Commit_KeepsPortsVolumesAndTheCheckOfItsContainer()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Create(slipd, "box", """{"Image":"busybox","Cmd":["true"],"ExposedPorts":{"80/tcp":{}},"Volumes":{"/kept":{}},"Healthcheck":{"Test":["CMD","true"]}}""");
        Assert.Equal(201, slipd.Send("POST", "/commit?container=box&repo=made", "{}").Status);
        JsonNode config = slipd.Get("/images/made/json")["Config"]!;
        Assert.Equal("""{"80/tcp":{}}""", config["ExposedPorts"]!.ToJsonString());
        Assert.Equal("""{"/kept":{}}""", config["Volumes"]!.ToJsonString());
        Assert.Equal("""["CMD","true"]""", config["Healthcheck"]!["Test"]!.ToJsonString());
    }

    // Spotify's: a second's interval and a second's start period were looked at after five seconds, and what had ended had no health at all.
    [Fact]
    public async Task Health_OfAShortStartPeriod_IsSeenSoon_AndIsThereAtTheEnd()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Create(slipd, "box", """{"Image":"busybox","Cmd":["sleep","100"],"HostConfig":{"NetworkMode":"none"},"Healthcheck":{"Test":["CMD-SHELL","true"],"Interval":200000000,"Timeout":1000000000,"Retries":3,"StartPeriod":3000000000}}""");
        Assert.Null(slipd.Get("/containers/box/json")["State"]!["Health"]);
        slipd.Send("POST", "/containers/box/start");
        await Task.Delay(TimeSpan.FromSeconds(2), s_cancel);
        Assert.Equal("healthy", (string?)slipd.Get("/containers/box/json")["State"]!["Health"]!["Status"]);
        slipd.Send("POST", "/containers/box/stop?t=0");
        Assert.Equal("unhealthy", (string?)slipd.Get("/containers/box/json")["State"]!["Health"]!["Status"]);
    }

    [Theory]
    [InlineData("^web$", "web")]
    [InlineData("web", "web,web-more")]
    [InlineData("^we", "web,web-more")]
    [InlineData("^w$", "")]
    public void Networks_AreFilteredByPatternsOfNames(string pattern, string names)
    {
        using Slipd slipd = Slipd.WithBusybox();
        foreach (string name in (string[])["web", "web-more", "other"])
            slipd.Send("POST", "/networks/create", $$"""{"Name":"{{name}}"}""");
        string filters = WebUtility.UrlEncode(new JsonObject { ["name"] = new JsonArray(pattern) }.ToJsonString());
        Assert.Equal(names, string.Join(',', slipd.Get("/networks?filters=" + filters).AsArray().Select(n => (string)n!["Name"]!).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Build_WithAHostWithoutAnAddress_GoesOnWithoutIt()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes("FROM busybox\nRUN true\n")) });
        using var content = new ByteArrayContent(archive.ToArray());
        content.Headers.ContentType = new("application/x-tar");
        using HttpResponseMessage answer = await slipd.Http.PostAsync(new Uri("/build?t=made&extrahosts=host1", UriKind.Relative), content, s_cancel);
        Assert.Contains("Successfully tagged made:latest", await answer.Content.ReadAsStringAsync(s_cancel), StringComparison.Ordinal);
    }

    private static void Create(Slipd slipd, string name, string body) => Assert.Equal(201, slipd.Send("POST", "/containers/create?name=" + name, body).Status);
}
