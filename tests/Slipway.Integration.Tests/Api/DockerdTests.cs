using System.Text;
using System.Text.Json.Nodes;
using Slipway.Integration.Tests.Registry;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What moby's own integration tests ask of a daemon, as far as they found this one to differ.</summary>
public sealed class DockerdTests
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
    public void Images_BuiltWithoutATime_AreAsOldAsTheirComing()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Directory.CreateDirectory(Path.Combine(slipd.Slip.Scratch, "context")).FullName;
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM busybox\nRUN true\n");
        slipd.DockerOk("build", "-t", "fresh", context);
        JsonNode line = slipd.Get("/images/json").AsArray().Single(i => (string?)i!["RepoTags"]?[0] == "fresh:latest")!;
        Assert.InRange((long)line["Created"]!, DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds(), DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds());
        // The image itself says what it always does.
        Assert.StartsWith("1970-01-01T00:00:00", (string)slipd.Get("/images/fresh/json")["Created"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void ConsoleSize_IsThereBeforeTheFirstByte()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Send("POST", "/containers/create?name=size", """{"Image":"busybox","Tty":true,"OpenStdin":true,"Cmd":["sh","-c","stty size; cat"],"HostConfig":{"ConsoleSize":[57,123]}}""");
        slipd.DockerOk("start", "size");
        Until(() => slipd.DockerOk("logs", "size").Contains("57 123", StringComparison.Ordinal));
        string id = (string)JsonNode.Parse(slipd.Send("POST", "/containers/size/exec", """{"Tty":true,"AttachStdin":true,"AttachStdout":true,"Cmd":["stty","size"],"ConsoleSize":[11,22]}""").Body)!["Id"]!;
        // Frames, since the start says nothing of a terminal: then the eight bytes before the text are there.
        byte[] output = Encoding.UTF8.GetBytes(slipd.Send("POST", $"/exec/{id}/start", "{}").Body);
        Assert.Equal(1, output[0]);
        Assert.Equal("11 22\r\n", Encoding.UTF8.GetString(output.AsSpan(8)));
        slipd.DockerOk("rm", "-f", "size");
    }

    [Fact]
    public void Exec_MadeForAnotherLifeOfItsContainer_IsGone()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "lives", "busybox", "sleep", "600");
        string id = (string)JsonNode.Parse(slipd.Send("POST", "/containers/lives/exec", """{"Cmd":["true"]}""").Body)!["Id"]!;
        slipd.DockerOk("stop", "-t", "0", "lives");
        Assert.Equal(404, slipd.Send("POST", $"/exec/{id}/start", "{}").Status);
        slipd.DockerOk("start", "lives");
        Assert.Equal(404, slipd.Send("POST", $"/exec/{id}/start", "{}").Status);
        id = (string)JsonNode.Parse(slipd.Send("POST", "/containers/lives/exec", """{"Cmd":["true"]}""").Body)!["Id"]!;
        slipd.DockerOk("pause", "lives");
        (int status, string body) = slipd.Send("POST", $"/exec/{id}/start", "{}");
        Assert.Equal(409, status);
        Assert.Contains("is paused, unpause the container before exec", body, StringComparison.Ordinal);
        Assert.Contains("Container lives is paused", slipd.Send("POST", "/containers/lives/exec", """{"Cmd":["true"]}""").Body, StringComparison.Ordinal);
        slipd.DockerOk("unpause", "lives");
        Assert.Equal(200, slipd.Send("POST", $"/exec/{id}/start", "{\"Detach\":true}").Status);
        slipd.DockerOk("rm", "-f", "lives");
    }

    [Fact]
    public void Links_AreNamesOfTheOther()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "first", "busybox", "sleep", "600");
        slipd.DockerOk("run", "-d", "--name", "second", "--link", "first:alias", "busybox", "sleep", "600");
        JsonNode listed = slipd.Get("/containers/json?filters={\"name\":[\"first\"]}")[0]!;
        Assert.Equal(["/first", "/second/alias"], listed["Names"]!.AsArray().Select(n => (string)n!));
        Assert.Equal("/first:/second/alias", (string)slipd.Get("/containers/second/json")["HostConfig"]!["Links"]![0]!);
        Assert.Equal("/first", (string)slipd.Get("/containers/second/alias/json")["Name"]!);
        Assert.Equal(404, slipd.Send("GET", "/containers/second/other/json").Status);
        Assert.Equal(404, slipd.Send("DELETE", "/containers/second/other?link=1").Status);
        Assert.Equal(204, slipd.Send("DELETE", "/containers/second/alias?link=1").Status);
        Assert.Equal("/first", (string)Assert.Single(slipd.Get("/containers/json?filters={\"name\":[\"first\"]}")[0]!["Names"]!.AsArray())!);
        slipd.DockerOk("rm", "-f", "first", "second");
    }

    [Fact]
    public void Archive_OfTheRootAndOfContents_HasDockerdsNames()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("create", "--name", "files", "busybox", "true");
        Assert.Equal(200, slipd.Send("PUT", "/containers/files/archive?path=/", "").Status);
        Assert.Equal(["/", "/bin/"], NamesIn(slipd, "/").Take(2));
        Assert.Equal(["./", "./passwd"], NamesIn(slipd, "/etc/.").Where(n => n is "./" or "./passwd"));
        Assert.Contains("etc/passwd", NamesIn(slipd, "/etc/"));
        Assert.Contains("not a directory", slipd.Send("GET", "/containers/files/archive?path=/etc/passwd/").Body, StringComparison.Ordinal);
        (int status, string body) = slipd.Send("PUT", "/containers/files/archive?path=/nosuch", "");
        Assert.Equal(404, status);
        Assert.Contains("Could not find the file /nosuch in container files", body, StringComparison.Ordinal);
        Assert.Contains("not a directory", slipd.Send("PUT", "/containers/files/archive?path=/etc/passwd/", "").Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OfARunningContainer_IsItsOwnMountWithoutVolumes()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "out", "-v", "data:/data", "busybox", "sh", "-c", "echo kept >/kept; rm /etc/passwd; echo hidden >/data/hidden; touch /ready; sleep 600");
        Until(() => slipd.Docker("exec", "out", "test", "-e", "/ready").ExitCode == 0);
        byte[] tar = await slipd.Http.GetByteArrayAsync("/containers/out/export", TestContext.Current.CancellationToken);
        HashSet<string> names = [.. Names(new MemoryStream(tar))];
        Assert.Contains("kept", names);
        Assert.Contains("data/", names);
        Assert.DoesNotContain("data/hidden", names);
        Assert.DoesNotContain("etc/passwd", names);
        slipd.DockerOk("rm", "-f", "out");
    }

    [Fact]
    public async Task Images_FilteredByReference_ShowOnlyTheNamesThatFit()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("tag", "busybox", "some:a");
        slipd.DockerOk("tag", "busybox", "some:b");
        slipd.DockerOk("tag", "busybox", "other:a");
        JsonArray list = slipd.Get("/images/json?filters={\"reference\":[\"some:a\",\"some:b\"]}").AsArray();
        Assert.Equal(["some:a", "some:b"], Assert.Single(list)!["RepoTags"]!.AsArray().Select(t => (string)t!));
        // Nor the digests: clients make a line of each that has none.
        using (DockerRegistry registry = DockerRegistry.Start())
        {
            string pushed = $"127.0.0.1:{registry.Port}/pushed";
            slipd.DockerOk("tag", "busybox", pushed);
            slipd.DockerOk("push", pushed);
            Assert.Empty(slipd.Get("/images/json?filters={\"reference\":[\"some\"]}")[0]!["RepoDigests"]!.AsArray());
            foreach (string pattern in (string[])[pushed, pushed + "@sha256:*"])
                Assert.StartsWith(pushed + "@", (string)Assert.Single(slipd.Get($"/images/json?filters={{\"reference\":[\"{pattern}\"]}}")[0]!["RepoDigests"]!.AsArray())!, StringComparison.Ordinal);
        }
        // A name without a tag is every tag of it.
        byte[] saved = await slipd.Http.GetByteArrayAsync("/images/get?names=some", TestContext.Current.CancellationToken);
        string manifest = Encoding.UTF8.GetString(Content(new MemoryStream(saved), "manifest.json"));
        Assert.Equal(["some:a", "some:b"], JsonNode.Parse(manifest)!.AsArray().SelectMany(i => i!["RepoTags"]!.AsArray()).Select(t => (string)t!).Order(StringComparer.Ordinal));
        Assert.Contains("ambiguous", slipd.Send("POST", "/images/busybox/tag?repo=sha256&tag=x").Body, StringComparison.Ordinal);
        Assert.Equal(201, slipd.Send("POST", "/images/busybox/tag?repo=sha&tag=x").Status);
    }

    [Fact]
    public void Import_OfNothing_IsAnEmptyImage()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal(200, slipd.Send("POST", "/images/create?fromSrc=-&repo=empty", "").Status);
        Assert.Single(slipd.Get("/images/empty/json")["RootFS"]!["Layers"]!.AsArray());
    }

    [Fact]
    public void Network_ByAWholeId_IsThatNetworkWhateverNamesThereAre()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string id = slipd.DockerOk("network", "create", "net");
        slipd.DockerOk("network", "create", id);
        slipd.DockerOk("network", "create", id[..12]);
        Assert.Equal("net", (string)slipd.Get("/networks/" + id)["Name"]!);
        Assert.Equal(id[..12], (string)slipd.Get("/networks/" + id[..12])["Name"]!);
        slipd.DockerOk("network", "rm", id[..12], id, id);
        Assert.Equal(403, slipd.Send("POST", "/networks/create", """{"Name":"a","IPAM":{"Config":[{"Subnet":"172.29.0.0/16"}]},"Options":{"note":"kept"}}""").Status is 201 ? slipd.Send("POST", "/networks/create", """{"Name":"b","IPAM":{"Config":[{"Subnet":"172.29.0.0/24"}]}}""").Status : 0);
        Assert.Equal("kept", (string)slipd.Get("/networks/a")["Options"]!["note"]!);
        Assert.Equal(501, slipd.Send("POST", "/networks/create", """{"Name":"c","Options":{"com.docker.network.nosuch":"1"}}""").Status);
    }

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
    public void VolumesFrom_SeveralWithOnePlace_TheLastCounts()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("create", "--name", "data1", "-v", "one:/data", "busybox", "true");
        slipd.DockerOk("create", "--name", "data2", "-v", "two:/data", "busybox", "true");
        slipd.DockerOk("create", "--name", "app", "--volumes-from", "data1", "--volumes-from", "data2", "busybox", "true");
        Assert.Equal("two", slipd.DockerOk("inspect", "-f", "{{range .Mounts}}{{.Name}}{{end}}", "app"));
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
    public void ExecIds_AreThoseThatRunOrAreStillToBeStarted()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "busy", "busybox", "sleep", "600");
        string? Ids() => slipd.Get("/containers/busy/json")["ExecIDs"] is { } ids ? string.Join(' ', ids.AsArray().Select(i => (string)i!)) : null;
        string Make(string command) => (string)JsonNode.Parse(slipd.Send("POST", "/containers/busy/exec", $$"""{"Cmd":[{{command}}]}""").Body)!["Id"]!;
        (int Status, string Body) Start(string id) => slipd.Send("POST", $"/exec/{id}/start", """{"Detach":true}""");
        Assert.Null(Ids());
        string id = Make("\"sleep\",\"600\""), brief = Make("\"true\""), wrong = Make("\"/nosuch\"");
        Assert.Equal($"{id} {brief} {wrong}", Ids());
        Assert.Equal(200, Start(id).Status);
        Assert.Equal((409, $"Error: Exec command {id} is already running"), (Start(id).Status, (string)JsonNode.Parse(Start(id).Body)!["message"]!));
        Assert.Equal(200, Start(brief).Status);
        Until(() => !(bool)slipd.Get($"/exec/{brief}/json")["Running"]!);
        Assert.Equal((409, $"Error: Exec command {brief} has already run"), (Start(brief).Status, (string)JsonNode.Parse(Start(brief).Body)!["message"]!));
        Assert.Equal(400, Start(wrong).Status);
        Assert.Equal((126, false), ((int)slipd.Get($"/exec/{wrong}/json")["ExitCode"]!, (bool)slipd.Get($"/exec/{wrong}/json")["Running"]!));
        Assert.Equal(id, Ids());
        // What was to run in that life doesn't in the next.
        Make("\"true\"");
        slipd.DockerOk("restart", "-t", "0", "busy");
        Assert.Null(Ids());
        slipd.DockerOk("rm", "-f", "busy");
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
    public void AnonymousVolumes_HaveDockersLabel_AndAreThoseThatArePruned()
    {
        using Slipd slipd = Slipd.WithBusybox();
        const string Label = "com.docker.volume.anonymous";
        slipd.DockerOk("create", "--name", "box", "-v", "/data", "busybox", "true");
        string inBox = slipd.DockerOk("inspect", "-f", "{{(index .Mounts 0).Name}}", "box");
        JsonNode made = JsonNode.Parse(slipd.Send("POST", "/volumes/create", """{"Labels":{"a":"b"}}""").Body)!;
        Assert.Equal($$"""{"a":"b","{{Label}}":""}""", made["Labels"]!.ToJsonString());
        slipd.DockerOk("volume", "create", "named");
        Assert.Equal("", (string?)slipd.Get($"/volumes/{inBox}")["Labels"]![Label]);
        Assert.Null(slipd.Get("/volumes/named")["Labels"]);
        string[] found = slipd.DockerOk("volume", "ls", "-q", "--filter", "label=" + Label).Split('\n');
        Assert.Equal(((string[])[inBox, (string)made["Name"]!]).Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Equal([(string)made["Name"]!], JsonNode.Parse(slipd.Send("POST", "/volumes/prune").Body)!["VolumesDeleted"]!.AsArray().Select(v => (string)v!));
        Assert.Equal(["named", inBox], slipd.DockerOk("volume", "ls", "-q").Split('\n').OrderBy(v => v != "named"));
    }

    [Fact]
    public void Exec_WithoutATerminal_HasNoneByName()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-dt", "--name", "terminal", "busybox", "sleep", "600");
        slipd.DockerOk("run", "-dt", "--name", "named", "-e", "TERM=vt100", "busybox", "sleep", "600");
        Assert.Equal("none", slipd.DockerOk("exec", "terminal", "sh", "-c", "echo ${TERM:-none}"));
        Assert.Equal("vt100", slipd.DockerOk("exec", "named", "sh", "-c", "echo ${TERM:-none}"));
        slipd.DockerOk("rm", "-f", "terminal", "named");
    }

    [Fact]
    public void VolumesFrom_TakesThePlaceOfAnAnonymousVolume()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "--name", "parent", "-v", "/test", "busybox", "touch", "/test/foo");
        Assert.Equal("/test/foo", slipd.DockerOk("run", "--rm", "--volumes-from", "parent", "-v", "/test", "busybox", "ls", "/test/foo"));
        // One with a name was chosen.
        Assert.NotEqual(0, slipd.Docker("run", "--rm", "--volumes-from", "parent", "-v", "mine:/test", "busybox", "ls", "/test/foo").ExitCode);
    }

    [Fact]
    public void Copy_IntoWhatIsReadOnly_IsRefusedAlsoBeforeItRuns()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("create", "--name", "kept", "--read-only", "-v", "data:/data", "-v", "fixed:/fixed:ro", "busybox", "true");
        Assert.Contains("container rootfs is marked read-only", slipd.Send("PUT", "/containers/kept/archive?path=/", "").Body, StringComparison.Ordinal);
        Assert.Contains("mounted volume is marked read-only", slipd.Send("PUT", "/containers/kept/archive?path=/fixed", "").Body, StringComparison.Ordinal);
        Assert.Equal(200, slipd.Send("PUT", "/containers/kept/archive?path=/data", "").Status);
    }

    [Fact]
    public void Build_OfTheClassicDoor_IsToldAsItIsWritten()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Directory.CreateDirectory(Path.Combine(slipd.Slip.Scratch, "classic")).FullName;
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM busybox\nARG name\nENV A=b\nRUN echo $A\nCMD [\"true\"]\n");
        string told = slipd.DockerOk("build", "--build-arg", "name=x", "--build-arg", "other=y", context);
        string id = slipd.DockerOk("images", "-q", "busybox");
        Assert.Contains($"Step 1/5 : FROM busybox\n ---> {id}\nStep 2/5 : ARG name\nStep 3/5 : ENV A=b\nStep 4/5 : RUN echo $A\nb\nStep 5/5 : CMD [\"true\"]\n", told, StringComparison.Ordinal);
        Assert.Contains("[Warning] One or more build-args [other] were not consumed", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Using cache", told, StringComparison.Ordinal);
        Assert.Contains($"Step 1/5 : FROM busybox\n ---> {id}\nStep 2/5 : ARG name\n ---> Using cache\nStep 3/5 : ENV A=b\n ---> Using cache\nStep 4/5 : RUN echo $A\n ---> Using cache\nStep 5/5 : CMD [\"true\"]\n ---> Using cache\n",
            slipd.DockerOk("build", "--build-arg", "name=x", context), StringComparison.Ordinal);
        // What follows the last step is new where the image is.
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM busybox\nARG name\nENV A=b\nRUN echo $A\nCMD [\"false\"]\n");
        Assert.Matches("RUN echo \\$A\n ---> Using cache\nStep 5/5 : CMD \\[\"false\"\\]\n ---> ([0-9a-f]{12})\nSuccessfully built \\1", slipd.DockerOk("build", "--build-arg", "name=x", context));
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM busybox\nONBUILD RUN echo triggered\nONBUILD ENV B=c\n");
        slipd.DockerOk("build", "-t", "parent", context);
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM parent\nENV C=d\n");
        Assert.Contains("Step 1/2 : FROM parent\n# Executing 2 build triggers\ntriggered\nStep 2/2 : ENV C=d\n", slipd.DockerOk("build", context), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM busybox\nRUN exit 23\n");
        Slip.Result failed = slipd.Docker("build", context);
        Assert.Equal(23, failed.ExitCode);
        Assert.Contains("The command '/bin/sh -c exit 23' returned a non-zero code: 23", failed.Errors, StringComparison.Ordinal);
    }

    // Clients of the classic builder take the image from the last arrow, and what the build stands on from the step that names it.
    [Fact]
    public void Build_OfTheClassicDoor_TellsTheImagesThatItBeginsAndEndsWith()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("classic/Dockerfile", "FROM busybox AS first\nRUN echo x > /x\nFROM first\nFROM scratch\nCOPY --from=first /x /\n");
        string told = slipd.DockerOk("build", "-t", "built", "classic");
        string[] arrows = [.. told.Split('\n').Where(line => line.StartsWith(" ---> ", StringComparison.Ordinal))];
        Assert.Equal([$" ---> {slipd.DockerOk("images", "-q", "busybox")}", $" ---> {slipd.DockerOk("images", "-q", "built")}"], arrows);
        // The last arrow is the image, also where there is nothing behind the FROM.
        slipd.Slip.Write("classic/Dockerfile", "FROM busybox\n");
        told = slipd.DockerOk("build", "classic");
        Assert.Matches(" ---> ([0-9a-f]{12})\nSuccessfully built \\1", told);
    }

    [Fact]
    public void Build_OfTheClassicDoor_WithoutItsBase_FailsInTheStream()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("classic/Dockerfile", "FROM busybox AS first\nRUN echo x\nFROM 127.0.0.1:1/nosuch AS second\nRUN echo y\n");
        Slip.Result failed = slipd.Docker("build", "classic");
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("Step 3/4 : FROM 127.0.0.1:1/nosuch AS second\n", failed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" : RUN", failed.Output, StringComparison.Ordinal);
        Assert.Contains("nosuch", failed.Errors, StringComparison.Ordinal);
        // A target that doesn't need it, and one that says nothing.
        slipd.DockerOk("build", "--target", "first", "classic");
        Assert.DoesNotContain("Step", slipd.Docker("build", "-q", "classic").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FROM busybox\n\nNOINSTRUCTION x\n", "dockerfile parse error on line 3: unknown instruction: NOINSTRUCTION")]
    [InlineData("FROM busybox\n  ONBUILD\n", "dockerfile parse error on line 2: ONBUILD requires at least one argument")]
    [InlineData("FROM busybox\nHEALTHCHECK\n", "HEALTHCHECK requires")]
    [InlineData("FROM busybox\nCOPY --from=0 a b\n", "invalid from flag value 0: refers to current build stage")]
    [InlineData("FROM busybox\nCOPY --from=127.0.0.1:1/nosuch a b\n", "invalid from flag value 127.0.0.1:1/nosuch: ")]
    [InlineData("# nothing\n", "file with no instructions")]
    [InlineData("FROM scratch\n", "No image was generated. Is your Dockerfile empty?")]
    public void Build_OfAWrongDockerfile_IsRefusedAsDockerDoes(string dockerfile, string error)
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("wrong/Dockerfile", dockerfile);
        Slip.Result refused = slipd.Docker("build", "wrong");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(error, refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_OfNothingButLabels_IsAnImage()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("labels/Dockerfile", "FROM scratch\n");
        slipd.DockerOk("build", "-t", "labels", "--label", "a=b", "labels");
        Assert.Equal("b", slipd.DockerOk("inspect", "-f", "{{.Config.Labels.a}}", "labels"));
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
    public void Network_OfAContainerWithTheHosts_IsTheHosts()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "outer", "--net", "host", "busybox", "sleep", "600");
        string host = slipd.DockerOk("exec", "outer", "readlink", "/proc/self/ns/net");
        Assert.Equal(host, slipd.DockerOk("run", "--rm", "--net", "container:outer", "busybox", "readlink", "/proc/self/ns/net"));
        Assert.NotEqual(host, slipd.DockerOk("run", "--rm", "busybox", "readlink", "/proc/self/ns/net"));
        slipd.DockerOk("rm", "-f", "outer");
    }

    [Fact]
    public void Build_OfWhatCantBeRead_NamesTheLine()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Slip.Result result = slipd.Run("FROM busybox\n\n# nothing\nNOINSTRUCTION x\n"u8.ToArray(), "docker", "build", "-");
        Assert.Contains("dockerfile parse error on line 4: unknown instruction: NOINSTRUCTION", result.Errors, StringComparison.Ordinal);
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

    [Fact]
    public void Links_OfWhatHasAnothersNetwork_LeadThere()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("run", "-d", "--name", "owner", "busybox", "sleep", "600");
        slipd.DockerOk("run", "-d", "--name", "guest", "--net", "container:owner", "busybox", "sleep", "600");
        string address = slipd.DockerOk("inspect", "-f", "{{.NetworkSettings.IPAddress}}", "owner");
        Assert.Contains($"{address}\tname {slipd.DockerOk("inspect", "-f", "{{.Id}}", "guest")[..12]} guest\n", slipd.DockerOk("run", "--rm", "--link", "guest:name", "busybox", "cat", "/etc/hosts"), StringComparison.Ordinal);
        slipd.DockerOk("run", "-d", "--name", "second", "--net", "container:guest", "busybox", "sleep", "600");
        Assert.Contains($"{address}\tfar {slipd.DockerOk("inspect", "-f", "{{.Id}}", "second")[..12]} second\n", slipd.DockerOk("run", "--rm", "--link", "second:far", "busybox", "cat", "/etc/hosts"), StringComparison.Ordinal);
        slipd.DockerOk("rm", "-f", "second", "guest", "owner");
        // One with a host name of its own has that instead of its number.
        slipd.DockerOk("run", "-d", "--name", "called", "--hostname", "fred", "busybox", "sleep", "600");
        Assert.Contains("\tname fred called\n", slipd.DockerOk("run", "--rm", "--link", "called:name", "busybox", "cat", "/etc/hosts"), StringComparison.Ordinal);
        slipd.DockerOk("rm", "-f", "called");
    }

    [Fact]
    public async Task Input_BeforeTheStart_IsThereWithoutMore()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        CancellationToken cancel = patience.Token;
        slipd.DockerOk("create", "-i", "--name", "early", "busybox", "cat");
        using System.Net.Sockets.Socket client = slipd.Connect();
        client.Send("POST /containers/early/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n"u8);
        await using var stream = new System.Net.Sockets.NetworkStream(client);
        byte[] head = new byte["HTTP/1.1 101".Length];
        await stream.ReadExactlyAsync(head, cancel);
        Assert.Equal("HTTP/1.1 101", Encoding.ASCII.GetString(head));
        // Long before the process that reads it, and nothing comes after it.
        client.Send("hello\n"u8);
        slipd.DockerOk("start", "early");
        byte[] read = new byte[4096];
        string got = "";
        while (!got.EndsWith("hello\n", StringComparison.Ordinal))
        {
            int count = await stream.ReadAsync(read, cancel);
            Assert.True(count > 0, got);
            got += Encoding.Latin1.GetString(read, 0, count);
        }
        slipd.DockerOk("rm", "-f", "early");
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

    private static List<string> NamesIn(Slipd slipd, string path) =>
        Names(slipd.Http.GetStreamAsync("/containers/files/archive?path=" + Uri.EscapeDataString(path)).GetAwaiter().GetResult());

    [Fact]
    public void Options_OfAnyPath_IsYesAndNoMore()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal((200, ""), slipd.Send("OPTIONS", "/containers/json"));
        Assert.Equal((200, ""), slipd.Send("OPTIONS", "/no/such/thing"));
    }

    // As docker's classic builder: who names images to take steps from wants none from elsewhere.
    [Fact]
    public void Build_WithCacheFrom_SaysWhatIsNotUsed_AndWithoutItsImagesBeginsAnew()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("ctx/Dockerfile", "FROM busybox\nRUN head -c 16 /dev/urandom | od -x > /r\n");
        string first = slipd.DockerOk("build", "-q", "ctx");
        Assert.Equal(first, slipd.DockerOk("build", "-q", "ctx"));
        Assert.Equal(first, slipd.DockerOk("build", "-q", "--cache-from", "busybox", "ctx"));
        Assert.Contains("--cache-from busybox is not used", slipd.DockerOk("build", "--cache-from", "busybox", "ctx"), StringComparison.Ordinal);
        Assert.NotEqual(first, slipd.DockerOk("build", "-q", "--cache-from", "nosuch", "ctx"));
    }

    private static List<string> Names(Stream tar)
    {
        List<string> names = [];
        using var reader = new System.Formats.Tar.TarReader(tar);
        while (reader.GetNextEntry() is { } entry)
            names.Add(entry.Name);
        return names;
    }

    private static byte[] Content(Stream tar, string name)
    {
        using var reader = new System.Formats.Tar.TarReader(tar);
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.Name != name)
                continue;
            using var copy = new MemoryStream();
            entry.DataStream!.CopyTo(copy);
            return copy.ToArray();
        }
        return [];
    }

    private static void Until(Func<bool> holds)
    {
        long deadline = Environment.TickCount64 + 60_000;
        while (!holds())
            Assert.True(Environment.TickCount64 < deadline, "it never came");
    }
}
