using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What moby's own integration tests ask of a daemon, as far as they found this one to differ: the daemon itself.</summary>
public sealed class DockerdTests
{
    [Fact]
    public void Info_TellsOfRegistriesThatWereGiven()
    {
        using Slipd slipd = Slipd.WithBusybox("--insecure-registry", "10.1.0.0/16", "--insecure-registry", "registry.example:5000", "--registry-mirror", "https://mirror.example");
        JsonNode registries = slipd.Get("/info")["RegistryConfig"]!;
        Assert.Contains("10.1.0.0/16", registries["InsecureRegistryCIDRs"]!.AsArray().Select(n => (string)n!));
        Assert.False((bool)registries["IndexConfigs"]!["registry.example:5000"]!["Secure"]!);
        Assert.Equal("https://mirror.example/", (string)registries["Mirrors"]![0]!);
        Assert.Equal("<not supported>", (string)slipd.Get("/v1.24/info")["ExecutionDriver"]!);
        Assert.Null(slipd.Get("/info")["ExecutionDriver"]);
    }

    [Fact]
    public async Task Requests_OfOptionsAndWithoutAType_AreAnsweredAsByDockerd()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using var options = new HttpRequestMessage(HttpMethod.Options, "/any/path");
        Assert.Equal(200, (int)slipd.Http.Send(options).StatusCode);
        using var untyped = new HttpRequestMessage(HttpMethod.Post, "/containers/create") { Content = new ByteArrayContent("""{"Image":"busybox","Cmd":["true"]}"""u8.ToArray()) };
        using HttpResponseMessage answer = slipd.Http.Send(untyped);
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains("unsupported Content-Type header ()", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public void Events_SinceZero_AreAllOfThem()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("create", "--name", "seen", "busybox", "true");
        string now = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalSeconds.ToString("F6", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains("container create", slipd.DockerOk("events", "--since", "0", "--until", now), StringComparison.Ordinal);
        Assert.Contains("container create", slipd.DockerOk("events", "--until", now), StringComparison.Ordinal);
        Assert.DoesNotContain("container create", slipd.DockerOk("events", "--since", now, "--until", now), StringComparison.Ordinal);
    }

    [Fact]
    public void Events_AreFilteredAsDockerDoes()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("labelled/Dockerfile", "FROM busybox\nLABEL io.testing=image\n");
        slipd.DockerOk("build", "-t", "labelled", "labelled");
        slipd.DockerOk("tag", "labelled", "labelled:other");
        slipd.DockerOk("tag", "busybox", "labelled:none");
        string Events(params string[] flags) => slipd.DockerOk(["events", "--since", "0", "--until", DateTimeOffset.UtcNow.AddSeconds(1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), "--format", "{{.Type}} {{.Action}} {{.Actor.Attributes.name}}", .. flags]);
        // An image's labels are its events' too.
        Assert.Equal("image tag labelled:latest\nimage tag labelled:other", Events("--filter", "label=io.testing=image", "--filter", "type=image"));
        // A container's are its own, not those of what it was connected to.
        slipd.DockerOk("run", "-d", "-t", "--name", "told", "busybox", "sleep", "600");
        Assert.Equal(200, slipd.Send("POST", "/containers/told/resize?h=80&w=24").Status);
        slipd.DockerOk("rm", "-f", "told");
        Assert.Equal("container create told\ncontainer start told\ncontainer resize told\ncontainer kill told\ncontainer die told\ncontainer destroy told", Events("--filter", "container=told"));
    }

    [Fact]
    public void Flags_OfDockerdsTests_AreTaken()
    {
        using Slipd slipd = Slipd.WithBusybox("--containerd-namespace", "a", "--containerd-plugins-namespace", "b", "--storage-driver", "overlay2", "--iptables=false", "--default-ipc-mode", "shareable", "--default-cgroupns-mode=host");
        slipd.DockerOk("create", "--name", "as-said", "busybox", "true");
        slipd.DockerOk("create", "--name", "otherwise", "--ipc", "private", "--cgroupns", "private", "busybox", "true");
        Assert.Equal("shareable host", slipd.DockerOk("inspect", "-f", "{{.HostConfig.IpcMode}} {{.HostConfig.CgroupnsMode}}", "as-said"));
        Assert.Equal("private private", slipd.DockerOk("inspect", "-f", "{{.HostConfig.IpcMode}} {{.HostConfig.CgroupnsMode}}", "otherwise"));
    }

    [Fact]
    public void Options_OfAnyPath_IsYesAndNoMore()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal((200, ""), slipd.Send("OPTIONS", "/containers/json"));
        Assert.Equal((200, ""), slipd.Send("OPTIONS", "/no/such/thing"));
    }
}
