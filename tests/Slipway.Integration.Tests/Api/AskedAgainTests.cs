using System.Text.Json.Nodes;
using Slipway.Integration.Tests.Registry;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>Clients that compare what inspect shows with what they want, and make a container anew with it (Ansible, watchtower).</summary>
public sealed class AskedAgainTests
{
    // Ansible sends a link as inspect shows it: the other wasn't found by its name then.
    [Fact]
    public void Links_AsInspectShowsThem_AreTheSameLinks()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Send("POST", "/networks/create", """{"Name":"back"}""");
        slipd.Slip.Ok("run", "-d", "--name", "web", "busybox", "sleep", "1000");
        Create(slipd, "client", """{"Image":"busybox","Cmd":["cat","/etc/hosts"],"HostConfig":{"Links":["/web:/client/site"]}}""");
        JsonNode links = slipd.Get("/containers/client/json")["HostConfig"]!["Links"]!;
        Assert.Equal("""["/web:/client/site"]""", links.ToJsonString());
        slipd.Slip.Ok("start", "-a", "client");
        Assert.Matches(@"172\.[0-9.]+\s+site web|172\.[0-9.]+\s+site [0-9a-f]+ web", slipd.Slip.Ok("logs", "client"));

        // In a network of one's own, and without another's name.
        Create(slipd, "other", """{"Image":"busybox","Cmd":["true"],"HostConfig":{"NetworkMode":"back"},"NetworkingConfig":{"EndpointsConfig":{"back":{"Links":["/web:/other/site","web","web:plain"]}}}}""");
        Assert.Equal("""["web:site","web","web:plain"]""", slipd.Get("/containers/other/json")["NetworkSettings"]!["Networks"]!["back"]!["Links"]!.ToJsonString());
    }

    [Fact]
    public void SecurityOptions_AreShownAsTheyWereWritten()
    {
        using Slipd slipd = Slipd.WithBusybox();
        const string Profile = """{"defaultAction":"SCMP_ACT_ALLOW"}""";
        string written = new JsonArray("label:disable", "no-new-privileges:true", "seccomp=" + Profile, "label=level:s0:c100,c200").ToJsonString();
        Create(slipd, "first", $$$"""{"Image":"busybox","Cmd":["true"],"HostConfig":{"SecurityOpt":{{{written}}}}}""");
        Assert.Equal(written, slipd.Get("/containers/first/json")["HostConfig"]!["SecurityOpt"]!.ToJsonString());
        slipd.Slip.Ok("start", "-a", "first");
        string again = slipd.Slip.Ok("command", "first");
        Assert.Contains("--security-opt label:disable", again, StringComparison.Ordinal);
        Assert.Contains("no-new-privileges:true", slipd.Slip.Ok("command", "--as", "compose", "first"), StringComparison.Ordinal);
        Create(slipd, "second", """{"Image":"busybox","Cmd":["true"],"HostConfig":{"SecurityOpt":["seccomp=unconfined"],"MaskedPaths":[],"ReadonlyPaths":[]}}""");
        Assert.Equal("""["seccomp=unconfined","systempaths=unconfined"]""", slipd.Get("/containers/second/json")["HostConfig"]!["SecurityOpt"]!.ToJsonString());
    }

    // A key of Volumes is a path, whatever is in it: with Ansible, /anon:rw.
    [Fact]
    public void Volumes_AreThePathsThatTheyAre()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Create(slipd, "odd", """{"Image":"busybox","Cmd":["sh","-c","echo kept >/anon:rw/f && cat /anon:rw/f"],"Volumes":{"/anon:rw":{},"/plain/":{}}}""");
        JsonNode shown = slipd.Get("/containers/odd/json");
        Assert.Equal(["/anon:rw", "/plain"], shown["Config"]!["Volumes"]!.AsObject().Select(v => v.Key).Order(StringComparer.Ordinal));
        Assert.Equal("kept", slipd.Slip.Ok("start", "-a", "odd"));
        Assert.Contains("--mount type=volume,target=/anon:rw", slipd.Slip.Ok("command", "odd"), StringComparison.Ordinal);
        Assert.Equal(400, slipd.Send("POST", "/containers/create", """{"Image":"busybox","Cmd":["true"],"Volumes":{"anon:rw":{}}}""").Status);
        Assert.Equal(400, slipd.Send("POST", "/containers/create", """{"Image":"busybox","Cmd":["true"],"Volumes":{"/a/..":{}}}""").Status);
    }

    [Fact]
    public void Networks_SayWhetherTheyWereToBeAttachable()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Send("POST", "/networks/create", """{"Name":"one","Attachable":true}""");
        slipd.Slip.Ok("network", "create", "--attachable", "two");
        slipd.Slip.Ok("network", "create", "three");
        Assert.Equal([true, true, false], ((string[])["one", "two", "three"]).Select(n => (bool)slipd.Get("/networks/" + n)["Attachable"]!));
    }

    // compose takes a line with progressDetail for a layer's, and Ansible what compose prints of it.
    [Fact]
    public void Transfers_TellAsDockerDoes()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using Slipd slipd = Slipd.WithBusybox();
        string name = $"127.0.0.1:{registry.Port}/told";
        slipd.Slip.Ok("tag", "busybox", name + ":1");
        string[] pushed = slipd.Send("POST", $"/images/{name}/push?tag=1").Body.Split("\r\n");
        Assert.Single(pushed, l => l.Contains("\"Preparing\"", StringComparison.Ordinal));
        slipd.Slip.Ok("rmi", name + ":1");
        slipd.Slip.Ok("rmi", "busybox");
        string[] pulled = slipd.Send("POST", $"/images/create?fromImage={name}&tag=1").Body.Split("\r\n");
        Assert.Equal("""{"status":"Pulling from told","id":"1"}""", pulled[0]);
        Assert.Contains("Pulling fs layer\",\"progressDetail\":{}", pulled[1], StringComparison.Ordinal);
        Assert.All(pulled.Where(l => l.Contains("\"current\"", StringComparison.Ordinal)), l => Assert.Matches(@"""progress"":""\[=*\\u003[eE] *\] +[0-9.]+[kM]?B/[0-9.]+[kM]?B""|""progress"":""\[=*> *\] +[0-9.]+[kM]?B/[0-9.]+[kM]?B""", l));
    }

    private static void Create(Slipd slipd, string name, string body)
    {
        (int status, string answer) = slipd.Send("POST", "/containers/create?name=" + name, body);
        Assert.True(status == 201, answer);
    }
}
