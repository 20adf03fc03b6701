using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What moby's own integration tests ask of a daemon, as far as they found this one to differ: streams, terminals and commands in containers.</summary>
public sealed class DockerdExecTests
{
    [Fact]
    public void ConsoleSize_IsThereBeforeTheFirstByte()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Send("POST", "/containers/create?name=size", """{"Image":"busybox","Tty":true,"OpenStdin":true,"Cmd":["sh","-c","stty size; cat"],"HostConfig":{"ConsoleSize":[57,123]}}""");
        slipd.DockerOk("start", "size");
        Waiting.Until(() => slipd.DockerOk("logs", "size").Contains("57 123", StringComparison.Ordinal));
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
        Waiting.Until(() => !(bool)slipd.Get($"/exec/{brief}/json")["Running"]!);
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
}
