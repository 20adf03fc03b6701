using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What no client of docker's sends: answered within bounds, and the next one is served.</summary>
public sealed class HostileTests
{
    [Theory]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("\"text\"", 400)]
    [InlineData("""{"Image":5}""", 400)]
    [InlineData("""{"Image":"busybox","HostConfig":{"Memory":"much"}}""", 400)]
    [InlineData("""{"Image":"busybox","HostConfig":{"Memory":5}}""", 400)]
    [InlineData("""{"Image":"busybox","HostConfig":{"Binds":["a:b:c:d"]}}""", 400)]
    [InlineData("""{"Image":"busybox","HostConfig":{"Binds":["x:/proc"]}}""", 400)]
    [InlineData("""{"Image":"busybox","HostConfig":{"PortBindings":{"http/tcp":[{"HostPort":"x"}]}}}""", 400)]
    [InlineData("""{"Image":"busybox","HostConfig":{"Runtime":"evil"}}""", 400)]
    [InlineData("""{"Image":"busybox","HostConfig":{"Mounts":[{"Type":"volume","Source":"../../etc","Target":"/x"}]}}""", 400)]
    [InlineData("""{"Image":"busybox","HostConfig":{"DeviceRequests":[{"Capabilities":["gpu"]}]}}""", 400)]
    [InlineData("""{"Image":"busybox","HostConfig":{"DeviceRequests":[{"Capabilities":[[1]]}]}}""", 400)]
    [InlineData("""{"Image":"busybox","HostConfig":{"DeviceRequests":[{"Capabilities":"gpu"}]}}""", 400)]
    [InlineData("""{"Image":"busybox","HostConfig":{"DeviceRequests":[{"Count":1,"DeviceIDs":["0"]}]}}""", 400)]
    [InlineData("""{"Image":"../../etc/passwd"}""", 400)]
    [InlineData("""{"Image":"nosuch"}""", 404)]
    public void Create_OfWhatCantBe_IsRefusedAndLeavesNothing(string body, int status)
    {
        using Slipd slipd = Slipd.WithBusybox();
        (int got, string answer) = slipd.Send("POST", "/containers/create", body);
        Assert.True(got == status, $"{got} {answer}");
        Assert.NotEmpty(JsonNode.Parse(answer)!["message"]!.GetValue<string>());
        Assert.Empty(slipd.Get("/containers/json?all=1").AsArray());
    }

    [Fact]
    public void Create_OfABodyWithoutEnd_IsCutOffInBoundedMemory()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using Socket client = slipd.Connect();
        client.Send(Encoding.ASCII.GetBytes("POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"));
        byte[] chunk = Encoding.ASCII.GetBytes("10000\r\n" + new string(' ', 0x10000) + "\r\n");
        int sent = 0;
        try
        {
            for (; sent < 100 << 20; sent += chunk.Length)
                client.Send(chunk);
        }
        catch (SocketException)
        {
            // It was cut off.
        }
        Assert.True(sent < 100 << 20, "all of it was taken");
        Assert.InRange(Resident(slipd.Pid), 1, 200 << 10);
        Assert.Equal(200, slipd.Send("GET", "/_ping").Status);
    }

    [Theory]
    [InlineData("GET /_ping HTTP/9.9\r\n\r\n")]
    [InlineData("\0\0\0\0\r\n\r\n")]
    [InlineData("GET /_ping HTTP/1.1\r\n\r\n")]
    [InlineData("GET /containers/%00/json HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /containers/..%2f..%2fetc%2fpasswd/json HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    public void Requests_ThatMakeNoSense_AreAnsweredOrCut(string head)
    {
        using Slipd slipd = Slipd.WithBusybox();
        using Socket client = slipd.Connect();
        client.ReceiveTimeout = 30_000;
        client.Send(Encoding.Latin1.GetBytes(head));
        byte[] answer = new byte[4096];
        int count = client.Receive(answer);
        string text = Encoding.ASCII.GetString(answer, 0, count);
        Assert.True(count == 0 || text.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || text.StartsWith("HTTP/1.1 505", StringComparison.Ordinal), text);
        Assert.Equal(200, slipd.Send("GET", "/_ping").Status);
    }

    [Fact]
    public void Connections_ThatRest_CostLittleAndKeepNobodyOut()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Send("GET", "/_ping");
        long before = Resident(slipd.Pid);
        Socket[] resting = [.. Enumerable.Range(0, 500).Select(_ => slipd.Connect())];
        Assert.Equal(200, slipd.Send("GET", "/_ping").Status);
        Assert.InRange(Resident(slipd.Pid), 1, before + (60 << 10));
        Array.ForEach(resting, socket => socket.Dispose());
    }

    [Fact]
    public void Requests_ForOneContainerAtOnce_LeaveItWhole()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Send("POST", "/containers/create?name=web", """{"Image":"busybox","Cmd":["sleep","100"],"HostConfig":{"NetworkMode":"none"}}""");
        string[] verbs = ["start", "stop?t=0", "kill", "pause", "unpause", "restart?t=0"];
        int[] statuses = [.. Enumerable.Range(0, 60).AsParallel().AsOrdered().WithDegreeOfParallelism(16).Select(i => slipd.Send("POST", $"/containers/web/{verbs[i % verbs.Length]}").Status)];
        // 500 is docker's word for one that isn't paused.
        Assert.True(statuses.Index().All(s => s.Item is 204 or 304 or 409 || (s.Item == 500 && verbs[s.Index % verbs.Length] == "unpause")), $"{string.Join(' ', statuses)}\n{slipd.Log}");
        Assert.Equal(204, slipd.Send("DELETE", "/containers/web?force=1").Status);
        Assert.Empty(slipd.Get("/containers/json?all=1").AsArray());
    }

    // proc_pid_status(5), kilobytes.
    private static long Resident(int pid) =>
        long.Parse(File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
}
