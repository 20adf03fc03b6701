using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>Answers are what the specification says, of a store that has one of everything.</summary>
public sealed class ContractTests
{
    [Fact]
    public void Answers_OfEveryGroup_AreAsTheSpecificationSays()
    {
        ApiSchema schema = ApiSchema.Load();
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Ok("network", "create", "--subnet", "172.31.7.0/24", "--label", "a=b", "net");
        slipd.Slip.Ok("run", "-d", "--name", "web", "--network", "net", "-p", "127.0.0.1:18099:80", "-v", "data:/data", "--tmpfs", "/t", "--mount", "type=bind,src=/tmp,dst=/host,readonly",
            "--health-cmd", "true", "--health-interval", "1s", "--memory", "64m", "--ulimit", "nofile=10:20", "-l", "x=y", "-e", "A=b", "busybox", "sleep", "100");
        slipd.Slip.Ok("run", "--name", "ended", "--network", "none", "busybox", "true");
        slipd.Slip.Ok("commit", "ended", "made");
        string exec = JsonNode.Parse(slipd.Send("POST", "/containers/web/exec", """{"Cmd":["true"],"AttachStdout":true}""").Body)!["Id"]!.GetValue<string>();
        List<string> wrong = [];
        foreach ((string path, string asked) in (ReadOnlySpan<(string, string)>)
            [("/version", ""), ("/info", ""), ("/system/df", ""), ("/containers/json", "?all=1&size=1"), ("/containers/{id}/json", "web?size=1"), ("/containers/{id}/json", "ended"),
             ("/containers/{id}/top", "web"), ("/containers/{id}/changes", "ended"), ("/containers/{id}/stats", "web?stream=0&one-shot=1"), ("/images/json", "?shared-size=1"),
             ("/images/{name}/json", "busybox"), ("/images/{name}/history", "made"), ("/networks", ""), ("/networks/{id}", "net"), ("/networks/{id}", "bridge"), ("/volumes", ""),
             ("/volumes/{name}", "data"), ("/exec/{id}/json", exec), ("/plugins", "")])
        {
            string name = asked.Split('?')[0];
            string url = path.Replace("{id}", name, StringComparison.Ordinal).Replace("{name}", name, StringComparison.Ordinal) + asked[name.Length..];
            wrong.AddRange(schema.Check("get", path, "200", slipd.Get("/v1.51" + url)).Select(w => $"GET {url}: {w}"));
        }
        foreach ((string path, string url, string? body, int status) in (ReadOnlySpan<(string, string, string?, int)>)
            [("/containers/create", "/containers/create?name=new", """{"Image":"busybox","Cmd":["true"],"HostConfig":{"NetworkMode":"none"}}""", 201),
             ("/containers/{id}/update", "/containers/new/update", """{"Memory":67108864}""", 200),
             ("/containers/{id}/exec", "/containers/web/exec", """{"Cmd":["true"]}""", 201), ("/volumes/create", "/volumes/create", """{"Name":"more"}""", 201),
             ("/networks/create", "/networks/create", """{"Name":"more"}""", 201), ("/commit", "/commit?container=ended&repo=again", "{}", 201),
             ("/containers/{id}/wait", "/containers/ended/wait", null, 200), ("/containers/prune", "/containers/prune", null, 200), ("/images/prune", "/images/prune", null, 200),
             ("/networks/prune", "/networks/prune", null, 200), ("/volumes/prune", "/volumes/prune", null, 200), ("/build/prune", "/build/prune", null, 200)])
        {
            (int got, string answer) = slipd.Send("POST", "/v1.51" + url, body);
            Assert.True(got == status, $"POST {url}: {got} {answer}");
            wrong.AddRange(schema.Check("post", path, $"{status}", JsonNode.Parse(answer)).Select(w => $"POST {url}: {w}"));
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("GET", "/containers/nosuch/json", 404)]
    [InlineData("POST", "/containers/nosuch/start", 404)]
    [InlineData("GET", "/images/nosuch/json", 404)]
    [InlineData("GET", "/networks/nosuch", 404)]
    [InlineData("GET", "/volumes/nosuch", 404)]
    [InlineData("GET", "/exec/nosuch/json", 404)]
    [InlineData("GET", "/containers/json?filters=x", 400)]
    [InlineData("GET", "/containers/json?filters={\"nosuch\":[\"x\"]}", 400)]
    [InlineData("POST", "/containers/create", 400)]
    [InlineData("DELETE", "/networks/bridge", 403)]
    [InlineData("GET", "/v1.23/info", 400)]
    [InlineData("GET", "/v1.99/info", 400)]
    [InlineData("GET", "/nosuch", 404)]
    [InlineData("GET", "/swarm", 503)]
    [InlineData("POST", "/swarm/leave", 503)]
    [InlineData("GET", "/containers/web/logs", 400)]
    [InlineData("POST", "/containers/nosuch/wait", 404)]
    public void Refusals_OfAnyKind_HaveDockersStatusAndAMessage(string method, string path, int status)
    {
        using Slipd slipd = Slipd.WithBusybox();
        (int got, string body) = slipd.Send(method, path);
        Assert.Equal(status, got);
        Assert.NotEmpty(JsonNode.Parse(body)!["message"]!.GetValue<string>());
    }
}
