using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What moby's own integration tests ask of a daemon, as far as they found this one to differ: making, showing and changing containers.</summary>
public sealed class DockerdContainerTests
{
    [Theory]
    [InlineData("""{"Image":"busybox","Env":["=x"]}""", "invalid environment variable: =x")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"Env":[""]}""", "invalid environment variable: ")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"HostConfig":{"UTSMode":"x"}}""", "invalid UTS mode: x")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"HostConfig":{"PidMode":"container"}}""", "invalid PID mode: container")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"HostConfig":{"PidMode":"container:nosuch"}}""", "No such container: nosuch")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"HostConfig":{"IpcMode":"container:nosuch"}}""", "No such container: nosuch")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"HostConfig":{"VolumesFrom":["nosuch"]}}""", "No such container: nosuch")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"StopSignal":"BOGUS"}""", "invalid signal: BOGUS")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"HostConfig":{"Links":["nosuch:other"]}}""", "could not get container for nosuch")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"HostConfig":{"Annotations":{"":"x"}}}""", "the empty string is not permitted as an annotation key")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"Healthcheck":{"Retries":-1}}""", "Retries in Healthcheck cannot be negative")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"aa80"}]}}}""", "invalid port specification: \"aa80\"")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"HostConfig":{"Mounts":[{"Type":"bind","Source":"/tmp"}]}}""", "Target must not be empty")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"HostConfig":{"Mounts":[{"Type":"bind","Source":"/tmp","Target":"/x","VolumeOptions":{}}]}}""", "VolumeOptions must not be specified")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"Memory":524287}""", "Minimum memory limit allowed is 6MB")]
    [InlineData("""{"Image":"busybox","Cmd":["true"],"NetworkingConfig":{"EndpointsConfig":{"bridge":{"IPAMConfig":{"IPv4Address":"1.2.3.4"}}}}}""", "user specified IP address is supported on user defined networks only")]
    [InlineData("{}", "config cannot be empty in order to create a container")]
    [InlineData("""{"Hostname":""}""", "no command specified")]
    [InlineData("{bad", "invalid JSON: invalid character 'b' looking for beginning of object key string")]
    [InlineData("{} more", "unexpected content after JSON")]
    public void Create_OfWhatCantBe_IsRefusedInDockerdsWords(string body, string words)
    {
        using Slipd slipd = Slipd.WithBusybox();
        (int status, string answer) = slipd.Send("POST", "/containers/create", body);
        Assert.Equal(400, status);
        Assert.Contains(words, (string)JsonNode.Parse(answer)!["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_WithWhatIsTheirOpposite_Works()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("create", "--name", "other", "busybox", "true");
        Assert.Equal(201, slipd.Send("POST", "/containers/create", """
            {"Image":"busybox","Cmd":["true"],"Env":["A=","B"],"Healthcheck":{"Retries":1},"HostConfig":{"PidsLimit":-5,"UTSMode":"host","PidMode":"container:other","VolumesFrom":["other"],"Links":["other:o"],
            "Annotations":{"a":""},"PortBindings":{"80/tcp":[{"HostPort":"8080-8090"}]},"Mounts":[{"Type":"bind","Source":"/tmp","Target":"/x","BindOptions":{}}]}}
            """).Status);
        Assert.Equal("other", slipd.DockerOk("ps", "-a", "--filter", "is-task=false", "--filter", "name=other", "--format", "{{.Names}}"));
        Assert.Equal("", slipd.DockerOk("ps", "-a", "--filter", "is-task=true", "-q"));
    }

    // Version 2 beside it, for no controller, makes no difference to that.
    [Fact]
    public void Create_OfAPrivilegedContainer_SeesTheHostsControlGroups_WhereThoseAreOfVersion1()
    {
        using Slipd slipd = Slipd.WithBusybox();
        bool isFirst = (string?)slipd.Get("/info")["CgroupVersion"] == "1";
        Assert.Equal(201, slipd.Send("POST", "/containers/create?name=box", """{"Image":"busybox","Cmd":["true"],"HostConfig":{"Privileged":true}}""").Status);
        Assert.Equal(isFirst ? "host" : "private", (string?)slipd.Get("/containers/box/json")["HostConfig"]!["CgroupnsMode"]);
    }

    [Fact]
    public void Create_OfAnOldClient_HasTheDefaultsOfItsVersion()
    {
        using Slipd slipd = Slipd.WithBusybox();
        const string Two = """{"Image":"busybox","Cmd":["true"],"NetworkingConfig":{"EndpointsConfig":{"bridge":{},"none":{}}}}""";
        Assert.Contains("multiple network endpoints", slipd.Send("POST", "/v1.43/containers/create", Two).Body, StringComparison.Ordinal);
        Assert.Equal(201, slipd.Send("POST", "/v1.39/containers/create?name=old", """{"Image":"busybox","Cmd":["true"]}""").Status);
        Assert.Equal(201, slipd.Send("POST", "/v1.41/containers/create?name=new", """{"Image":"busybox","Cmd":["true"]}""").Status);
        JsonNode old = slipd.Get("/containers/old/json")["HostConfig"]!, now = slipd.Get("/containers/new/json")["HostConfig"]!;
        Assert.Equal(("shareable", "host"), ((string?)old["IpcMode"], (string?)old["CgroupnsMode"]));
        Assert.Equal(("private", "private"), ((string?)now["IpcMode"], (string?)now["CgroupnsMode"]));
    }

    [Fact]
    public void Create_WithPathsOfItsOwn_HidesAndProtectsThose()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal(201, slipd.Send("POST", "/containers/create?name=paths", """
            {"Image":"busybox","Tty":true,"Cmd":["sh","-c","cat /proc/uptime | wc -c; touch /etc/x || echo kept; cat /proc/timer_list | wc -c"],"HostConfig":{"MaskedPaths":["/proc/uptime"],"ReadonlyPaths":["/etc"]}}
            """).Status);
        JsonNode host = slipd.Get("/containers/paths/json")["HostConfig"]!;
        Assert.Equal(["/proc/uptime"], host["MaskedPaths"]!.AsArray().Select(p => (string)p!));
        Assert.Equal(["/etc"], host["ReadonlyPaths"]!.AsArray().Select(p => (string)p!));
        string[] lines = slipd.DockerOk("start", "-a", "paths").Split('\n', StringSplitOptions.TrimEntries);
        Assert.Equal("0", lines[0]);
        Assert.Equal("kept", lines[^2]);
        // What is hidden as usual isn't now.
        Assert.NotEqual("0", lines[^1]);
    }

    [Fact]
    public void Inspect_OfWhatNobodyAskedFor_HasNothingWhereDockerHas()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal(201, slipd.Send("POST", "/containers/create?name=bare", """{"Image":"busybox","Cmd":["true"]}""").Status);
        JsonObject host = slipd.Get("/containers/bare/json")["HostConfig"]!.AsObject(), config = slipd.Get("/containers/bare/json")["Config"]!.AsObject();
        foreach (string name in (ReadOnlySpan<string>)["Binds", "CapAdd", "CapDrop", "DeviceCgroupRules", "ExtraHosts", "GroupAdd", "Links", "SecurityOpt", "VolumesFrom"])
            Assert.True(host.TryGetPropertyValue(name, out JsonNode? value) && value is null, name);
        foreach (string name in (ReadOnlySpan<string>)["Annotations", "Init", "Mounts", "StorageOpt", "Sysctls", "Tmpfs"])
            Assert.False(host.ContainsKey(name), name);
        Assert.Equal("[0,0]", host["ConsoleSize"]!.ToJsonString());
        Assert.True(config.TryGetPropertyValue("Entrypoint", out JsonNode? entrypoint) && entrypoint is null);
        Assert.False(config.ContainsKey("ExposedPorts"));
        Assert.False(config.ContainsKey("StopSignal"));
    }

    [Fact]
    public void Inspect_OfWhatWasAskedFor_HasIt()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("create", "--name", "full", "--cap-add", "NET_ADMIN", "--group-add", "7", "--add-host", "a:192.0.2.1", "--init", "--sysctl", "net.ipv4.ip_forward=1", "--tmpfs", "/t", "--stop-signal", "INT",
            "--expose", "80", "-v", "data:/data", "-v", "data:/again:ro", "--mount", "type=volume,src=more,dst=/more", "--pids-limit", "9", "busybox", "true");
        JsonNode container = slipd.Get("/containers/full/json"), host = container["HostConfig"]!;
        Assert.Equal("""["CAP_NET_ADMIN"]["7"]["a:192.0.2.1"]""", string.Concat(((string[])["CapAdd", "GroupAdd", "ExtraHosts"]).Select(n => host[n]!.ToJsonString())));
        Assert.Equal((true, "1", "", 9), ((bool)host["Init"]!, (string?)host["Sysctls"]!["net.ipv4.ip_forward"], (string?)host["Tmpfs"]!["/t"], (int)host["PidsLimit"]!));
        Assert.Equal("""[{"Type":"volume","Source":"more","Target":"/more"}]""", host["Mounts"]!.ToJsonString());
        Assert.Equal(("INT", """{"80/tcp":{}}"""), ((string?)container["Config"]!["StopSignal"], container["Config"]!["ExposedPorts"]!.ToJsonString()));
        Assert.Equal(["/again ro", "/data z", "/more z"], container["Mounts"]!.AsArray().Select(m => $"{m!["Destination"]} {m["Mode"]}").Order());
    }

    [Fact]
    public void Update_OfPids_Lifts()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "pids", "--pids-limit", "32", "busybox", "sleep", "600");
        long Limit() => (long)slipd.Get("/containers/pids/json")["HostConfig"]!["PidsLimit"]!;
        Assert.Equal(200, slipd.Send("POST", "/v1.39/containers/pids/update", """{"PidsLimit":16}""").Status);
        Assert.Equal(32, Limit());
        slipd.Send("POST", "/containers/pids/update", """{"PidsLimit":16}""");
        Assert.Equal(16, Limit());
        slipd.Send("POST", "/containers/pids/update", """{"Memory":0}""");
        Assert.Equal(16, Limit());
        slipd.Send("POST", "/containers/pids/update", """{"PidsLimit":0}""");
        Assert.Equal(0, Limit());
        Assert.Equal("max", slipd.DockerOk("exec", "pids", "sh", "-c", "cat /sys/fs/cgroup/pids/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids.max"));
        slipd.DockerOk("rm", "-f", "pids");
    }

    [Fact]
    public void Update_OfWhatContradictsWhatIsThere_IsRefusedInDockersWords()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "bounded", "-m", "300m", "--cpus", "0.5", "busybox", "sleep", "600");
        Assert.Contains("Memory limit should be smaller than already set memoryswap limit", slipd.Docker("update", "-m", "800m", "bounded").Errors, StringComparison.Ordinal);
        Assert.Contains("CPU Quota cannot be updated as NanoCPUs has already been set", slipd.Docker("update", "--cpu-quota", "80000", "bounded").Errors, StringComparison.Ordinal);
        slipd.DockerOk("update", "-m", "800m", "--memory-swap", "1000m", "--cpus", "0.8", "bounded");
        Assert.Equal("838860800 1048576000 800000000", slipd.DockerOk("inspect", "-f", "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.NanoCpus}}", "bounded"));
        slipd.DockerOk("rm", "-f", "bounded");
    }

    [Fact]
    public void Ps_FilteredByPorts_MeansTheHostsAndTheContainers()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "any", "-p", "80", "busybox", "sleep", "600");
        slipd.DockerOk("run", "-d", "--name", "named", "-p", "127.0.0.1:10901:90", "busybox", "sleep", "600");
        string Names(string filter) => slipd.DockerOk("ps", "--format", "{{.Names}}", "--filter", filter);
        Assert.Equal("", Names("publish=80"));
        Assert.Equal("any", Names("expose=80/tcp"));
        Assert.Equal("named", Names("publish=10901"));
        Assert.Equal("named", Names("expose=85-95"));
        slipd.DockerOk("rm", "-f", "any", "named");
    }

    [Fact]
    public void Joined_OfAContainerThatIsMadeAgain_IsTheNewOne()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "web", "busybox", "sleep", "600");
        slipd.DockerOk("create", "--name", "guest", "--net", "container:web", "--pid", "container:web", "busybox", "sleep", "600");
        slipd.Slip.Ok("recreate", "web");
        string id = slipd.DockerOk("inspect", "-f", "{{.Id}}", "web");
        Assert.Equal($"container:{id} container:{id}", slipd.DockerOk("inspect", "-f", "{{.HostConfig.NetworkMode}} {{.HostConfig.PidMode}}", "guest"));
        slipd.DockerOk("start", "guest");
        slipd.DockerOk("rm", "-f", "guest", "web");
    }

    [Fact]
    public void FinishedAt_IsOfTheLastEnd_AlsoOfOneThatRunsAgain()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string Finished() => (string)slipd.Get("/containers/again/json")["State"]!["FinishedAt"]!;
        slipd.DockerOk("run", "-d", "--name", "again", "busybox", "sleep", "600");
        Assert.Equal("0001-01-01T00:00:00Z", Finished());
        slipd.DockerOk("stop", "-t", "0", "again");
        string ended = Finished();
        Assert.StartsWith("20", ended, StringComparison.Ordinal);
        slipd.DockerOk("start", "again");
        Assert.Equal(ended, Finished());
        Assert.Equal("true 0", slipd.DockerOk("inspect", "-f", "{{.State.Running}} {{.State.ExitCode}}", "again"));
        slipd.DockerOk("rm", "-f", "again");
    }

    [Fact]
    public void Ps_ByIsolation_TakesAll()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("create", "--name", "one", "busybox", "true");
        Assert.Equal("one", slipd.DockerOk("ps", "-a", "--filter", "isolation=hyperv", "--format", "{{.Names}}"));
        Assert.Equal("one\n", slipd.Slip.Ok("ps", "-a", "--filter", "isolation=default", "--format", "{{.Names}}") + "\n");
    }

    [Fact]
    public void Names_AndHome_AreThoseOfTheContainersOwn()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Contains("web.example.com web", slipd.DockerOk("run", "--rm", "-h", "web.example.com", "busybox", "cat", "/etc/hosts"), StringComparison.Ordinal);
        Assert.Equal("/root", slipd.DockerOk("run", "--rm", "-e", "HOME=", "busybox", "sh", "-c", "echo $HOME"));
        Assert.Equal("/tmp", slipd.DockerOk("run", "--rm", "-e", "HOME=/tmp", "busybox", "sh", "-c", "echo $HOME"));
    }

    [Fact]
    public void Namespaces_OfAnother_AreKeptById()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string id = slipd.DockerOk("run", "-d", "--name", "owner", "--ipc", "shareable", "busybox", "sleep", "600");
        slipd.DockerOk("create", "--name", "guest", "--net", "container:owner", "--pid", "container:owner", "--ipc", "container:" + id[..12], "busybox", "true");
        slipd.DockerOk("rename", "owner", "other");
        Assert.Equal($"container:{id} container:{id} container:{id}", slipd.DockerOk("inspect", "-f", "{{.HostConfig.NetworkMode}} {{.HostConfig.PidMode}} {{.HostConfig.IpcMode}}", "guest"));
        slipd.DockerOk("start", "-a", "guest");
        slipd.DockerOk("rm", "-f", "guest", "other");
    }
}
