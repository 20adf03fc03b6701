using System.Formats.Tar;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What the test suites of clients showed that those rely on, without its being in the specification.</summary>
public sealed class ClientHabitTests
{
    // dockerode repeats an attach's parameters as its body.
    [Fact]
    public void Attach_WithABody_DoesNotTakeItForInput()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string id = Create(slipd, """{"Image":"busybox","Cmd":["cat"],"OpenStdin":true,"StdinOnce":true,"HostConfig":{"NetworkMode":"none"}}""");
        const string Body = """{"stream":true,"stdin":true}""";
        using Socket client = Attach(slipd, id, $"Content-Type: application/json\r\nContent-Length: {Body.Length}\r\n", Body);
        Assert.Equal(204, slipd.Send("POST", $"/containers/{id}/start").Status);
        client.Send("input\n"u8);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("\u0001\0\0\0\0\0\0\u0006input\n", ReadToEnd(client));
    }

    // What scripts do: inspect and remove all that the list has, by the short ids that it shows.
    [Fact]
    public void Networks_ByTheIdsOfTheList_AreFound()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("network", "create", "mine");
        string[] ids = slipd.DockerOk("network", "ls", "-q").Split('\n');
        Assert.Equal(["bridge", "host", "mine", "none"], slipd.DockerOk(["network", "inspect", .. ids, "--format", "{{.Name}}"]).Split('\n').Order());
        string host = slipd.DockerOk("network", "ls", "-q", "--filter", "name=host");
        Assert.Contains("host is a pre-defined network and cannot be removed", slipd.Docker("network", "rm", host).Errors, StringComparison.Ordinal);
    }

    // Libraries look into a container until it tells what they want, or is gone.
    [Fact]
    public void Exec_WhileTheContainerEnds_RunsOrFindsItNotRunning()
    {
        using Slipd slipd = Slipd.WithBusybox();
        List<(int Status, string Body)> answers = [];
        for (int round = 0; round < 8; round++)
        {
            string id = Create(slipd, """{"Image":"busybox","Cmd":["sleep","0.15"],"HostConfig":{"NetworkMode":"none"}}""");
            slipd.Send("POST", $"/containers/{id}/start");
            Parallel.For(0, 4, _ =>
            {
                for ((int Status, string Body) made = (201, ""); made.Status == 201;)
                {
                    made = slipd.Send("POST", $"/containers/{id}/exec", """{"Cmd":["true"],"AttachStdout":true}""");
                    (int Status, string Body) answer = made.Status == 201 ? slipd.Send("POST", $"/exec/{(string)JsonNode.Parse(made.Body)!["Id"]!}/start", """{"Detach":true}""") : made;
                    lock (answers)
                        answers.Add(answer);
                }
            });
        }
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 404 or 409, $"{answer.Status} {answer.Body}"));
    }

    // dockerode's session: node ends a body in chunks, which it doesn't have, before it speaks HTTP/2.
    [Fact]
    public void Session_AfterTheEndOfABodyInChunks_IsOne()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using Socket client = slipd.Connect();
        client.ReceiveTimeout = 10_000;
        client.Send("POST /session HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nX-Docker-Expose-Session-Uuid: node\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"u8);
        client.Send("\0\0\0\u0004\0\0\0\0\0"u8);
        var all = new StringBuilder();
        var piece = new byte[1024];
        // Our settings are answered: what came before them was not taken for frames.
        while (!all.ToString().EndsWith("\0\0\0\u0004\u0001\0\0\0\0", StringComparison.Ordinal))
        {
            int count = client.Receive(piece);
            Assert.True(count > 0, $"closed after: {all}");
            all.Append(Encoding.Latin1.GetString(piece, 0, count));
        }
        Assert.StartsWith("HTTP/1.1 101 ", all.ToString(), StringComparison.Ordinal);
    }

    // Go's clients send a context in chunks, the last of which comes when the archive in it has ended already.
    [Fact]
    public void Build_OfAContextWhoseLastChunksComeLate_IsAnsweredWhole()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using Socket client = slipd.Connect();
        client.ReceiveTimeout = 20_000;
        for (int i = 0; i < 12; i++)
        {
            using var archive = new MemoryStream();
            using (var writer = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes($"FROM scratch\nCOPY Dockerfile /\nENV number={i}\n")) });
            client.Send(Encoding.ASCII.GetBytes($"POST /build HTTP/1.1\r\nHost: d\r\nContent-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n\r\n{archive.Length:x}\r\n"));
            client.Send(archive.ToArray());
            client.Send("\r\n"u8);
            // While the build is at work: what a writer of archives fills its last block with, and the end.
            Thread.Sleep(i * 3);
            client.Send(Encoding.ASCII.GetBytes($"1000\r\n{new string('\0', 0x1000)}\r\n"));
            Thread.Sleep(i * 3);
            client.Send("0\r\n\r\n"u8);
            string answer = AnswerInChunks(client);
            Assert.Contains("Successfully built", answer, StringComparison.Ordinal);
        }
        // One that never ends its context gets its image all the same.
        client.Send("POST /build HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n"u8);
        using var last = new MemoryStream();
        using (var writer = new TarWriter(last, TarEntryFormat.Ustar, leaveOpen: true))
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = new MemoryStream("FROM scratch\nCOPY Dockerfile /last\n"u8.ToArray()) });
        client.Send([.. Encoding.ASCII.GetBytes($"{last.Length:x}\r\n"), .. last.ToArray(), .. "\r\n"u8]);
        Assert.Contains("Successfully built", AnswerInChunks(client), StringComparison.Ordinal);
    }

    private static string AnswerInChunks(Socket client)
    {
        var all = new StringBuilder();
        var piece = new byte[4096];
        while (!all.ToString().EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal))
        {
            int count = client.Receive(piece);
            Assert.True(count > 0, $"closed after: {all}");
            all.Append(Encoding.Latin1.GetString(piece, 0, count));
        }
        return all.ToString();
    }

    [Fact]
    public void Attach_OfSeveralBeforeTheStart_GivesAllOfThemAll()
    {
        using Slipd slipd = Slipd.WithBusybox();
        for (int round = 0; round < 10; round++)
        {
            string id = Create(slipd, """{"Image":"busybox","Cmd":["echo","said"],"HostConfig":{"NetworkMode":"none"}}""");
            Socket[] clients = [Attach(slipd, id), Attach(slipd, id), Attach(slipd, id)];
            Assert.Equal(204, slipd.Send("POST", $"/containers/{id}/start").Status);
            foreach (Socket client in clients)
            {
                using (client)
                    Assert.Equal("\u0001\0\0\0\0\0\0\u0005said\n", ReadToEnd(client));
            }
        }
    }

    // Who is told that a container has ended looks at once at what it has read of it.
    [Fact]
    public void Wait_ComesAfterTheOutput_AtTheClientThatIsAttached()
    {
        using Slipd slipd = Slipd.WithBusybox();
        for (int round = 0; round < 20; round++)
        {
            string id = Create(slipd, """{"Image":"busybox","Cmd":["echo","said"],"HostConfig":{"NetworkMode":"none"}}""");
            using Socket client = Attach(slipd, id);
            slipd.Send("POST", $"/containers/{id}/start");
            Assert.Equal("""{"StatusCode":0}""", slipd.Send("POST", $"/containers/{id}/wait").Body);
            Assert.Equal(13, client.Available);
        }
    }

    [Fact]
    public void Links_InANetwork_AreNamesOfTheContainersOwn_AlsoForWhatComesLater()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Send("POST", "/networks/create", """{"Name":"back"}""");
        string id = Create(slipd, """{"Image":"busybox","Cmd":["sleep","1000"],"HostConfig":{"NetworkMode":"back"},"NetworkingConfig":{"EndpointsConfig":{"back":{"Links":["upstream:bar"]}}}}""");
        Assert.Equal(204, slipd.Send("POST", $"/containers/{id}/start").Status);
        slipd.Slip.Ok("run", "-d", "--name", "upstream", "--network", "back", "busybox", "sleep", "1000");
        slipd.Slip.Ok("run", "-d", "--name", "other", "--network", "back", "busybox", "sleep", "1000");
        string address = slipd.Get("/containers/upstream/json")["NetworkSettings"]!["Networks"]!["back"]!["IPAddress"]!.GetValue<string>();
        Assert.Contains(address, slipd.Slip.Ok("exec", id, "nslookup", "bar"), StringComparison.Ordinal);
        Assert.NotEqual(0, slipd.Slip.Run("exec", "other", "nslookup", "bar").ExitCode);
        // Renamed, it still has them.
        slipd.Slip.Ok("rename", id, "renamed");
        Assert.Contains(address, slipd.Slip.Ok("exec", id, "nslookup", "bar"), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_OnTheDefaultNetwork_TellInVariables_AndCanBeTakenAway()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Ok("run", "-d", "--name", "web", "-e", "FOO=1", "--expose", "80", "--expose", "53/udp", "busybox", "sleep", "1000");
        string id = Create(slipd, """{"Image":"busybox","Cmd":["env"],"HostConfig":{"Links":["web:my-site"]}}""", "?name=client");
        slipd.Slip.Ok("start", "-a", id);
        string[] variables = slipd.Slip.Ok("logs", id).Split('\n');
        string address = slipd.Get("/containers/web/json")["NetworkSettings"]!["IPAddress"]!.GetValue<string>();
        Assert.Superset(new HashSet<string>(
            ["MY_SITE_NAME=/client/my-site", "MY_SITE_ENV_FOO=1", $"MY_SITE_PORT=tcp://{address}:80", $"MY_SITE_PORT_80_TCP_ADDR={address}", "MY_SITE_PORT_80_TCP_PORT=80", $"MY_SITE_PORT_53_UDP=udp://{address}:53"]),
            variables.ToHashSet());
        Assert.DoesNotContain(variables, v => v.StartsWith("MY_SITE_ENV_PATH", StringComparison.Ordinal));
        Assert.Equal(409, slipd.Send("DELETE", "/containers/client?link=1").Status);
        Assert.Equal(404, slipd.Send("DELETE", "/containers/client/nosuch?link=1").Status);
        Assert.Equal(404, slipd.Send("DELETE", "/containers/client/my-site").Status);
        Assert.Equal(204, slipd.Send("DELETE", "/containers/client/my-site?link=1").Status);
        slipd.Slip.Ok("start", "-a", id);
        Assert.DoesNotContain("MY_SITE", slipd.Slip.Ok("logs", "--tail", "3", id), StringComparison.Ordinal);
        Assert.Equal("web", slipd.Slip.Ok("ps", "--format", "{{.Names}}"));
    }

    [Fact]
    public void SmallThings_AreDockers()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string id = Create(slipd, """{"Image":"busybox","Cmd":["sh","-c","echo out; sleep 1000"],"HostConfig":{"NetworkMode":"none"}}""");
        slipd.Send("POST", $"/containers/{id}/start");
        Waiting.Until(() => slipd.Slip.Ok("logs", id) == "out");
        // Before each line stand its details and a space, also where there are none.
        Assert.EndsWith(" out\n", slipd.Send("GET", $"/containers/{id}/logs?stdout=1&details=1").Body, StringComparison.Ordinal);
        // Keys to leave by that are none are so without a terminal too.
        Assert.Equal(400, slipd.Send("POST", $"/containers/{id}/exec", """{"Cmd":["true"],"DetachKeys":"bogus-x"}""").Status);
        Assert.Equal(201, slipd.Send("POST", $"/containers/{id}/exec", """{"Cmd":["true"],"DetachKeys":"ctrl-x"}""").Status);
        Assert.Equal("""{"message":"invalid mount config for type \"bind\": field Source must not be empty"}""",
            slipd.Send("POST", "/containers/create", """{"Image":"busybox","Cmd":["true"],"HostConfig":{"Mounts":[{"Type":"bind","Target":"/x"}]}}""").Body.Trim());
    }

    [Fact]
    public void Inspect_ShowsWhatWasAskedFor()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Send("POST", "/networks/create", """{"Name":"te st"}""");
        Assert.Equal("te st", slipd.Get("/networks/te%20st")["Name"]!.GetValue<string>());
        Assert.Equal(400, slipd.Send("POST", "/networks/create", """{"Name":"te st "}""").Status);
        string id = Create(slipd, """
            {"Image":"busybox","Cmd":["true"],"Runtime":"runc","HostConfig":{"NetworkMode":"te st","Isolation":"default","VolumeDriver":"foo"},
             "NetworkingConfig":{"EndpointsConfig":{"te st":{"Aliases":["hello"],"MacAddress":"02:42:ac:11:00:02"}}}}
            """);
        JsonNode host = slipd.Get($"/containers/{id}/json")["HostConfig"]!, now = Place("1.45"), before = Place("1.44");
        Assert.Equal(("runc", "default", "foo"), (host["Runtime"]!.GetValue<string>(), host["Isolation"]!.GetValue<string>(), host["VolumeDriver"]!.GetValue<string>()));
        Assert.Equal("02:42:ac:11:00:02", now["MacAddress"]!.GetValue<string>());
        Assert.Equal("""["hello"]""", now["Aliases"]!.ToJsonString());
        Assert.Equal($"""["hello","{id[..12]}"]""", before["Aliases"]!.ToJsonString());
        // Where there is a volume for it, a driver has to be there.
        Assert.Equal(404, slipd.Send("POST", "/containers/create", """{"Image":"busybox","Cmd":["true"],"HostConfig":{"VolumeDriver":"foo","Binds":["v:/v"]}}""").Status);

        JsonNode Place(string version) => slipd.Get($"/v{version}/containers/{id}/json")["NetworkSettings"]!["Networks"]!["te st"]!;
    }

    [Fact]
    public void Image_SaysItsParent_AndHasEveryMember()
    {
        using Slipd slipd = Slipd.WithBusybox();
        JsonNode plain = slipd.Get("/images/busybox/json");
        Assert.Equal("", plain["Parent"]!.GetValue<string>());
        Assert.Superset(new HashSet<string>(["Env", "Cmd", "Entrypoint", "Volumes", "OnBuild", "Labels"]), plain["Config"]!.AsObject().Select(m => m.Key).ToHashSet());
        slipd.Slip.Ok("create", "--name", "cc", "busybox", "true");
        string made = JsonNode.Parse(slipd.Send("POST", "/commit?container=cc&repo=made", "{}").Body)!["Id"]!.GetValue<string>();
        Assert.Equal(plain["Id"]!.GetValue<string>(), slipd.Get($"/images/{made}/json")["Parent"]!.GetValue<string>());
    }

    [Fact]
    public void Logs_RightAfterTheStart_HaveWhatAShortCommandPrints()
    {
        using Slipd slipd = Slipd.WithBusybox();
        for (int round = 0; round < 10; round++)
        {
            string id = Create(slipd, """{"Image":"busybox","Cmd":["echo","said"],"Tty":true,"HostConfig":{"NetworkMode":"none"}}""");
            slipd.Send("POST", $"/containers/{id}/start");
            Assert.Equal("said\r\n", slipd.Send("GET", $"/containers/{id}/logs?stdout=1").Body);
        }
        // One that goes on keeps nobody.
        string lasting = Create(slipd, """{"Image":"busybox","Cmd":["sleep","1000"],"HostConfig":{"NetworkMode":"none"}}""");
        slipd.Send("POST", $"/containers/{lasting}/start");
        Assert.Equal((200, ""), slipd.Send("GET", $"/containers/{lasting}/logs?stdout=1"));
    }

    [Fact]
    public void Untag_IsAnEventOfTheImage()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string id = slipd.Get("/images/busybox/json")["Id"]!.GetValue<string>();
        slipd.Send("POST", "/images/busybox/tag?repo=other&tag=one");
        Assert.Equal(200, slipd.Send("DELETE", "/images/other:one").Status);
        string events = slipd.Send("GET", $"/events?since=1&until={DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1}&filters={Uri.EscapeDataString($$$"""{"event":["untag"],"image":["{{{id}}}"]}""")}").Body;
        Assert.Contains("other:one", events, StringComparison.Ordinal);
    }

    // Ruby's docker-api gives the tag in the name and again by itself.
    [Fact]
    public void ATagByItself_TakesThePlaceOfTheNames()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal(201, slipd.Send("POST", "/images/busybox/tag?repo=other:one&tag=two").Status);
        Assert.Equal(["busybox:latest", "other:two"], slipd.Get("/images/busybox/json")["RepoTags"]!.AsArray().Select(n => n!.GetValue<string>()).Order());
        Assert.DoesNotContain("invalid reference", slipd.Send("POST", "/images/create?fromImage=127.0.0.1:1/a:one&tag=one").Body, StringComparison.Ordinal);
    }

    // The same: what it puts into an image is a build upon its id.
    [Fact]
    public async Task Build_UponAnId_IsUponWhatIsHere()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string id = slipd.Get("/images/busybox/json")["Id"]!.GetValue<string>();
        foreach (string name in (string[])[id, id["sha256:".Length..], id["sha256:".Length..][..12]])
        {
            string said = await BuildAsync(slipd, $"FROM {name}\nLABEL a=1\n");
            Assert.Contains("Successfully built", said, StringComparison.Ordinal);
            Assert.DoesNotContain("WARN", said, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("Successfully built", await BuildAsync(slipd, $"FROM sha256:{new string('0', 64)}\n"), StringComparison.Ordinal);
    }

    // Ansible makes a network anew that hasn't the options that it asks for.
    [Fact]
    public void Network_KeepsTheOptionsOfItsAddresses()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal(201, slipd.Send("POST", "/networks/create", """{"Name":"mine","IPAM":{"Driver":"default","Options":{"a":"b"}}}""").Status);
        Assert.Equal("b", (string?)slipd.Get("/networks/mine")["IPAM"]!["Options"]!["a"]);
        slipd.Slip.Ok("network", "create", "--ipam-driver", "default", "--ipam-opt", "c=d", "other");
        Assert.Equal("d", (string?)slipd.Get("/networks/other")["IPAM"]!["Options"]!["c"]);
        Assert.Null(slipd.Get("/networks/bridge")["IPAM"]!["Options"]);
    }

    // Ansible looks whether what it removed is gone. It is only kept for what lies in the trash.
    [Fact]
    public void Image_ThatWasRemovedByForce_IsNotFoundByItsId()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string id = slipd.Get("/images/busybox/json")["Id"]!.GetValue<string>();
        string container = Create(slipd, """{"Image":"busybox","Cmd":["true"],"HostConfig":{"NetworkMode":"none"}}""");
        Assert.Equal(204, slipd.Send("DELETE", $"/containers/{container}").Status);
        Assert.Equal(200, slipd.Send("DELETE", $"/images/{id}?force=1").Status);
        Assert.Equal(404, slipd.Send("GET", $"/images/{id}/json").Status);
    }

    // It is paused for that, and its cgroup goes with it.
    [Fact]
    public void Commit_OfWhatEndsMeanwhile_Succeeds()
    {
        using Slipd slipd = Slipd.WithBusybox();
        for (int round = 0; round < 20; round++)
        {
            string id = Create(slipd, """{"Image":"busybox","Cmd":["true"],"HostConfig":{"NetworkMode":"none"}}""");
            slipd.Send("POST", $"/containers/{id}/start");
            (int status, string body) = slipd.Send("POST", $"/commit?container={id}", "{}");
            Assert.True(status == 201, body);
        }
    }

    [Fact]
    public async Task Load_OfANameThatAnotherImageHas_SaysWhichLosesIt()
    {
        using Slipd slipd = Slipd.WithBusybox();
        byte[] archive = await slipd.Http.GetByteArrayAsync("/images/busybox/get", TestContext.Current.CancellationToken);
        slipd.Slip.Commit("other", "echo > /new");
        string other = slipd.Slip.Ok("images", "-q", "--no-trunc", "other");
        foreach (bool here in (bool[])[false, true])
        {
            slipd.Slip.Ok("tag", "other", "busybox");
            string said = here ? slipd.Slip.RunWithInput(archive, "load").Output : await LoadAsync(slipd, archive);
            Assert.Contains($"The image busybox:latest already exists, renaming the old one with ID {other} to empty string", said, StringComparison.Ordinal);
            Assert.Contains("Loaded image: busybox:latest", said, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("already exists", await LoadAsync(slipd, archive), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_OfWhatIsNone_FailsInItsAnswer()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using var body = new ByteArrayContent("abc"u8.ToArray());
        using HttpResponseMessage answer = await slipd.Http.PostAsync("/images/load", body, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("errorDetail", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public void Swarm_IsRefusedSoThatClientsGoOn()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal(503, slipd.Send("POST", "/swarm/init", "{}").Status);
        Assert.Equal(404, slipd.Send("GET", "/plugins/some/where:latest/json").Status);
        Assert.Equal(501, slipd.Send("GET", "/plugins/privileges?remote=some/where").Status);
    }

    [Fact]
    public void Prune_OfContainers_TellsWhatTheyTook()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Ok("run", "--name", "cc", "--network", "none", "busybox", "sh", "-c", "echo hello >/data");
        Assert.True(JsonNode.Parse(slipd.Send("POST", "/containers/prune").Body)!["SpaceReclaimed"]!.GetValue<long>() > 0);
    }

    [Fact]
    public void UnknownLogDriver_IsRefusedInDockersWords()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal("""{"message":"logger: no log driver named 'asdf' is registered"}""", slipd.Send("POST", "/containers/create", """{"Image":"busybox","Cmd":["true"],"HostConfig":{"LogConfig":{"Type":"asdf"}}}""").Body.Trim());
    }

    private static string Create(Slipd slipd, string body, string query = "")
    {
        (int status, string answer) = slipd.Send("POST", "/containers/create" + query, body);
        Assert.True(status == 201, answer);
        return JsonNode.Parse(answer)!["Id"]!.GetValue<string>();
    }

    private static Socket Attach(Slipd slipd, string id, string headers = "", string body = "")
    {
        Socket client = slipd.Connect();
        client.ReceiveTimeout = 30_000;
        client.Send(Encoding.ASCII.GetBytes($"POST /containers/{id}/attach?stream=1&stdin=1&stdout=1&stderr=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n{headers}\r\n{body}"));
        byte[] head = new byte[4096];
        Assert.EndsWith("\r\n\r\n", Encoding.ASCII.GetString(head, 0, client.Receive(head)), StringComparison.Ordinal);
        return client;
    }

    private static string ReadToEnd(Socket client)
    {
        var all = new StringBuilder();
        byte[] piece = new byte[4096];
        while (client.Receive(piece) is > 0 and int count)
            all.Append(Encoding.ASCII.GetString(piece, 0, count));
        return all.ToString();
    }

    private static async Task<string> BuildAsync(Slipd slipd, string dockerfile)
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, leaveOpen: true))
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = new MemoryStream(Encoding.ASCII.GetBytes(dockerfile)) });
        using var body = new ByteArrayContent(archive.ToArray());
        using HttpResponseMessage answer = await slipd.Http.PostAsync("/build", body, TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> LoadAsync(Slipd slipd, byte[] archive)
    {
        using HttpResponseMessage answer = await slipd.Http.PostAsync("/images/load", new ByteArrayContent(archive), TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
