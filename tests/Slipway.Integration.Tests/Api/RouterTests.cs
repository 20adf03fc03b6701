using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What dockerd's routers do with a request before its engine sees it.</summary>
public sealed class RouterTests
{
    [Fact]
    public void Kill_SaysWhomOfWhateverFails()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "box", "busybox", "sleep", "600");
        Assert.Equal((404, "cannot kill container: nothing: No such container: nothing"), Refused(slipd, "POST", "/containers/nothing/kill"));
        Assert.Equal((400, "cannot kill container: box: invalid signal: BOGUS"), Refused(slipd, "POST", "/containers/box/kill?signal=BOGUS"));
        Assert.Equal(204, slipd.Send("POST", "/containers/box/kill").Status);
        (int status, string message) = Refused(slipd, "POST", "/containers/box/kill");
        Assert.Equal(409, status);
        Assert.Matches("^cannot kill container: box: container [0-9a-f]{64} is not running$", message);
    }

    [Fact]
    public void MacAddress_OfTheContainer_IsItsPlaces_OrRefused()
    {
        using Slipd slipd = Slipd.WithBusybox();
        const string Body = """{"Image":"busybox","Cmd":["true"],"MacAddress":"02:42:ac:11:00:09","NetworkingConfig":{"EndpointsConfig":{"bridge":{"MacAddress":"OTHER"}}}}""";
        Assert.Equal((400, "the container-wide MAC address must match the endpoint-specific MAC address for the main network, or be left empty"),
            Refused(slipd, "POST", "/containers/create", Body.Replace("OTHER", "02:42:ac:11:00:0a", StringComparison.Ordinal)));
        (int status, string made) = slipd.Send("POST", "/containers/create", Body.Replace("OTHER", "02:42:ac:11:00:09", StringComparison.Ordinal));
        Assert.Equal(201, status);
        Assert.StartsWith("The container-wide MacAddress field is now deprecated", (string)Assert.Single(JsonNode.Parse(made)!["Warnings"]!.AsArray())!, StringComparison.Ordinal);
        Assert.Equal("[]", JsonNode.Parse(slipd.Send("POST", "/v1.43/containers/create", Body.Replace("OTHER", "", StringComparison.Ordinal)).Body)!["Warnings"]!.ToJsonString());
    }

    [Fact]
    public void VolumePrune_All_IsOneTruthValue()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("volume", "create", "named");
        foreach (string wrong in (string[])["""{"all":["maybe"]}""", """{"all":["true","false"]}"""])
            Assert.StartsWith("invalid filter 'all'", Refused(slipd, "POST", "/volumes/prune?filters=" + Uri.EscapeDataString(wrong)).Message, StringComparison.Ordinal);
        string Pruned(string filter) => JsonNode.Parse(slipd.Send("POST", "/volumes/prune?filters=" + Uri.EscapeDataString(filter)).Body)!["VolumesDeleted"]!.ToJsonString();
        Assert.Equal("[]", Pruned("""{"all":["F"]}"""));
        Assert.Equal("""["named"]""", Pruned("""{"all":["T"]}"""));
    }

    [Fact]
    public void OlderVersions_AreAnsweredAsTheyWere()
    {
        using Slipd slipd = Slipd.WithBusybox();
        const string Body = """{"Image":"busybox","Cmd":["true"],"HostConfig":{"Annotations":{"a":"b"}}}""";
        Assert.Equal(201, slipd.Send("POST", "/v1.42/containers/create?name=older&platform=", Body).Status);
        Assert.Equal(201, slipd.Send("POST", "/v1.40/containers/create?name=oldest&platform=windows/amd64", Body).Status);
        Assert.Equal(201, slipd.Send("POST", "/containers/create?name=newer", Body).Status);
        Assert.Null(slipd.Get("/containers/older/json")["HostConfig"]!["Annotations"]);
        Assert.Equal("b", (string?)slipd.Get("/containers/newer/json")["HostConfig"]!["Annotations"]!["a"]);
        string Listed(string version) => slipd.Get($"/{version}/containers/json?all=1").AsArray().Single(c => (string)c!["Names"]![0]! == "/newer")!["HostConfig"]!.ToJsonString();
        Assert.DoesNotContain("Annotations", Listed("v1.45"), StringComparison.Ordinal);
        Assert.Contains("Annotations", Listed("v1.46"), StringComparison.Ordinal);
        slipd.DockerOk("run", "-d", "--name", "box", "busybox", "sleep", "600");
        // The signal is none, and is not looked at.
        Assert.Equal(204, slipd.Send("POST", "/v1.41/containers/box/stop?t=0&signal=BOGUS").Status);
        slipd.DockerOk("start", "box");
        Assert.Equal(400, slipd.Send("POST", "/v1.42/containers/box/stop?t=0&signal=BOGUS").Status);
        slipd.DockerOk("rm", "-f", "box");
    }

    [Fact]
    public void Remove_OfAPausedOne_SaysThatItIs()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "box", "busybox", "sleep", "600");
        Assert.Equal((409, "cannot remove container \"/box\": container is running: stop the container before removing or force remove"), Refused(slipd, "DELETE", "/containers/box"));
        slipd.DockerOk("pause", "box");
        Assert.Equal((409, "cannot remove container \"/box\": container is paused and must be unpaused first"), Refused(slipd, "DELETE", "/containers/box"));
        Assert.Equal(204, slipd.Send("DELETE", "/containers/box?force=1").Status);
    }

    [Fact]
    public void Create_WithWhatLinuxDoesNotHave_IsRefused_OrDoneWithoutIt()
    {
        using Slipd slipd = Slipd.WithBusybox();
        (int Status, string Body) Create(string host) => slipd.Send("POST", "/containers/create", $$"""{"Image":"busybox","Cmd":["true"],"HostConfig":{{host}}}""");
        foreach ((string name, string what) in ((string, string)[])[("IOMaximumBandwidth", "bandwidth"), ("IOMaximumIOps", "IOPs")])
        {
            (int status, string body) = Create($$"""{"{{name}}":1}""");
            Assert.Equal((400, $"invalid option: QoS maximum {what} configuration is not supported on linux"), (status, (string)JsonNode.Parse(body)!["message"]!));
            Assert.Equal(201, Create($$"""{"{{name}}":0}""").Status);
        }
        const string Ports = "\"PortBindings\":{\"80/tcp\":[{}]}";
        Assert.Equal("""["Published ports are discarded when using host network mode"]""", JsonNode.Parse(Create("{\"NetworkMode\":\"host\"," + Ports + "}").Body)!["Warnings"]!.ToJsonString());
        Assert.Equal("[]", JsonNode.Parse(Create("{" + Ports + "}").Body)!["Warnings"]!.ToJsonString());
        Assert.Equal((400, "create x: volume name is too short, names should be at least two alphanumeric characters"), Refused(slipd, "POST", "/volumes/create", """{"Name":"x"}"""));
        Assert.Equal(201, slipd.Send("POST", "/volumes/create", """{"Name":"xy"}""").Status);
    }

    private static (int Status, string Message) Refused(Slipd slipd, string method, string path, string? body = null)
    {
        (int status, string answer) = slipd.Send(method, path, body);
        return (status, (string)JsonNode.Parse(answer)!["message"]!);
    }
}
