using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Runtime;

public sealed class EventsTests
{
    private const string SmallMemory = """{"memory":{"limit":8388608,"swap":8388608}}""";

    [Fact]
    public async Task Events_MemoryRunsOut_SaysSoAndEndsWithTheContainer()
    {
        using RuntimeBundle container = RuntimeBundle.Run("until [ -e /go ]; do sleep 0.1; done; head -c 100000000 /dev/zero | grep -c x; exit 0", SmallMemory);
        using Process events = container.Start("events", "--interval", "20ms", container.Id);
        string first = await Line(events) ?? "";
        Assert.StartsWith($"{{\"type\":\"stats\",\"id\":\"{container.Id}\",\"data\":{{\"cpu\":{{\"usage\":{{\"total\":", first, StringComparison.Ordinal);
        JsonNode data = JsonNode.Parse(first)!["data"]!;
        Assert.Equal(8388608, data["memory"]!["usage"]!["limit"]!.GetValue<long>());
        Assert.True(data["pids"]!["current"]!.GetValue<long>() > 0);

        File.WriteAllText(Path.Combine(container.Rootfs, "go"), "");
        var lines = new List<string>();
        while (await Line(events) is { } line)
            lines.Add(line);
        // One for each that was killed: both ends of the pipe at most, and the shell.
        Assert.InRange(lines.Count(line => line == $"{{\"type\":\"oom\",\"id\":\"{container.Id}\"}}"), 1, 3);
        await events.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, events.ExitCode);
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("5")]
    public void Events_IntervalThatIsNone_IsRefused(string interval)
    {
        using RuntimeBundle container = RuntimeBundle.Run("sleep 1000", SmallMemory);
        Slip.Result result = container.Call("events", "--interval", interval, container.Id);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"--interval '{interval}': expected a duration above 0", result.Errors, StringComparison.Ordinal);
    }

    private static async Task<string?> Line(Process events) =>
        await events.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
}
