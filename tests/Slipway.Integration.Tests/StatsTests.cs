using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>What containers use, against what they were told to use.</summary>
public sealed class StatsTests
{
    private const string Busy = "while :; do :; done";

    [Theory]
    [InlineData("--pids-limit=100")]
    [InlineData("-m=256m", "--cpu-shares=512")]
    public void Stats_BusyAndIdle_TellThemApart(params string[] limits)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok(["run", "-d", "--name", "busy", .. limits, "busybox", "sh", "-c", Busy]);
        slip.Ok(["run", "-d", "--name", "idle", .. limits, "busybox", "sleep", "1000"]);
        Dictionary<string, JsonNode> stats = Read(slip);
        Assert.InRange(Percent(stats["busy"]["CPUPerc"]), 10, 130);
        Assert.InRange(Percent(stats["idle"]["CPUPerc"]), 0, 5);
        Assert.Equal(["1", "1"], ((string[])["busy", "idle"]).Select(name => (string)stats[name]["PIDs"]!));
        Assert.Equal(slip.Ok("inspect", "-f", "{{.Id}}", "busy")[..12], (string)stats["busy"]["ID"]!);
    }

    [Fact]
    public void Stats_Memory_IsWhatItHoldsOfItsLimit()
    {
        using Slip slip = Slip.WithBusybox();
        // A file system in memory counts as its own.
        slip.Ok("run", "-d", "--name", "ship", "-m", "100m", "--tmpfs", "/m", "busybox", "sh", "-c", "dd if=/dev/zero of=/m/x bs=1M count=40 2>/dev/null; echo ready; sleep 1000");
        Waiting.Until(() => slip.Ok("logs", "ship") == "ready");
        JsonNode stats = Read(slip)["ship"];
        Assert.Matches(@"^4\d(\.\d+)?MiB / 100MiB$", (string)stats["MemUsage"]!);
        Assert.InRange(Percent(stats["MemPerc"]), 40, 50);
    }

    [Fact]
    public void Stats_WithoutLimit_IsOfTheHostsMemoryAndCountsWhatItsProcessesHold()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "ship", "busybox", "sh", "-c", "awk 'BEGIN { s = \"x\"; while (length(s) < 2e7) s = s s; print \"ready\"; fflush(); system(\"sleep 1000\") }'");
        Waiting.Until(() => slip.Ok("logs", "ship") == "ready");
        string total = File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemTotal:", StringComparison.Ordinal));
        double host = double.Parse(total.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024 / 1024;
        string[] usage = ((string)Read(slip)["ship"]["MemUsage"]!).Split(" / ");
        Assert.InRange(double.Parse(usage[0].Replace("MiB", "", StringComparison.Ordinal)), 19, 200);
        Assert.InRange(double.Parse(usage[1].Replace("GiB", "", StringComparison.Ordinal)), host * 0.99, host * 1.01);
    }

    [Fact]
    public void Stats_Network_IsOfTheContainersOwnDevices()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "sink", "busybox", "sh", "-c", "sleep 1000 | nc -l -p 9 >/dev/null");
        string address = slip.Ok("inspect", "-f", "{{.NetworkSettings.Networks.bridge.IPAddress}}", "sink");
        slip.Ok("run", "--rm", "busybox", "sh", "-c", $"until dd if=/dev/zero bs=1M count=5 2>/dev/null | nc {address} 9; do sleep 0.1; done");
        Waiting.Until(() => ((string)Read(slip)["sink"]["NetIO"]!).StartsWith("5.", StringComparison.Ordinal));
        slip.Ok("run", "-d", "--name", "hosts", "--network", "host", "busybox", "sleep", "1000");
        Assert.Equal("0B / 0B", (string)Read(slip)["hosts"]["NetIO"]!);
    }

    [Fact]
    public void Stats_Table_HasDockersColumns_AndAllShowsWhatDoesNotRun()
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("run", "-d", "--name", "runs", "busybox", "sleep", "1000");
        slip.Ok("create", "--name", "rests", "busybox", "true");
        string[] lines = slip.Ok("stats", "--no-stream").Split('\n');
        Assert.Equal(["CONTAINER ID", "NAME", "CPU %", "MEM USAGE / LIMIT", "MEM %", "NET I/O", "BLOCK I/O", "PIDS"], lines[0].Split("  ", StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim()));
        Assert.Equal(2, lines.Length);
        Assert.StartsWith(id[..12] + " ", lines[1], StringComparison.Ordinal);
        Assert.Equal($"{id} runs", slip.Ok("stats", "--no-stream", "--no-trunc", "--format", "{{.ID}} {{.Name}}"));
        Assert.Equal("rests 0.00% 0B / 0B 0", slip.Ok("stats", "--no-stream", "--all", "--format", "{{.Name}} {{.CPUPerc}} {{.MemUsage}} {{.PIDs}}").Split('\n').Single(line => line.StartsWith("rests", StringComparison.Ordinal)));
        Assert.Equal("rests", slip.Ok("stats", "--no-stream", "--format", "{{.Name}}", "rests"));
        Slip.Result missing = slip.Run("stats", "--no-stream", "nobody");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("No such container: nobody", missing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Stats_Live_GoesOnUntilItsContainersAreGone()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "ship", "busybox", "sleep", "1000");
        using Process stats = slip.Start("stats", "--format", "{{.Name}} {{.PIDs}}", "ship");
        Assert.Equal("ship 1", stats.StandardOutput.ReadLine());
        Assert.Equal("ship 1", stats.StandardOutput.ReadLine());
        slip.Ok("rm", "-f", "ship");
        while (stats.StandardOutput.ReadLine() is { } line)
            Assert.StartsWith("ship ", line, StringComparison.Ordinal);
        stats.WaitForExit();
        Assert.Equal(0, stats.ExitCode);
    }

    private static Dictionary<string, JsonNode> Read(Slip slip) =>
        slip.Ok("stats", "--no-stream", "--format", "json").Split('\n').Select(line => JsonNode.Parse(line)!).ToDictionary(node => (string)node["Name"]!);

    private static double Percent(JsonNode? text) => double.Parse(((string)text!).TrimEnd('%'));
}
