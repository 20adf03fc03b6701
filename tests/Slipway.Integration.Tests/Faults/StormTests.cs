using System.Diagnostics;
using System.Globalization;
using Slipway.Integration.Tests.Networks;
using Xunit;

namespace Slipway.Integration.Tests.Faults;

/// <summary>Many at once, and containers that take all they can: contained, told with the true reason, nothing left on the host, and every other container goes on.</summary>
public sealed class StormTests
{
    private const int Hundred = 100, Fifty = 50, AtOnce = 20;

    [Fact]
    public async Task HundredRunsAndRemovalsAtOnce_LeaveNothing()
    {
        using NetHost host = Prepared(out IReadOnlyCollection<string> before);
        var ids = new HashSet<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Hundred), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, (i, _) =>
        {
            string[] network = (i % 3) switch { 0 => ["--network", "none"], 1 => [], _ => ["-p", string.Create(CultureInfo.InvariantCulture, $"{20_000 + i}:80"), "-v", "/data"] };
            string id = host.Ok(["run", "-d", .. network, "busybox", "sh", "-c", $"sleep 1000 # {HostInventory.Marker}"]);
            lock (ids)
                ids.Add(id);
            if (i % 2 == 0)
                host.Ok("rm", "-f", "-v", id);
            return ValueTask.CompletedTask;
        });
        Assert.Equal(Hundred, ids.Count);
        Assert.Equal(Hundred / 2, host.Ok("ps", "-q").Split('\n').Length);
        host.Ok(["rm", "-f", "-v", .. host.Ok("ps", "-aq").Split('\n')]);
        await HostInventory.AssertSame(host, before);
        Assert.Empty(HostInventory.CgroupsOf(ids));
    }

    [Fact]
    public async Task FiftyStartsWithOneName_OneWins_TheOthersSayWhoHasIt()
    {
        using NetHost host = Prepared(out IReadOnlyCollection<string> before);
        var results = new List<Slip.Result>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Fifty), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, (_, _) =>
        {
            Slip.Result result = host.Run("run", "-d", "--name", "the-one", "busybox", "sh", "-c", $"sleep 1000 # {HostInventory.Marker}");
            lock (results)
                results.Add(result);
            return ValueTask.CompletedTask;
        });
        Slip.Result won = Assert.Single(results, r => r.ExitCode == 0);
        Assert.All(results.Where(r => r != won), r =>
        {
            Assert.Equal(125, r.ExitCode);
            Assert.Contains("is already in use by container", r.Errors, StringComparison.Ordinal);
        });
        Assert.Equal("the-one true", host.Ok("inspect", "-f", "{{.Name}} {{.State.Running}}", won.Output.Trim()).TrimStart('/'));
        host.Ok("rm", "-f", "the-one");
        await HostInventory.AssertSame(host, before);
    }

    [Fact]
    public async Task GreedyOnes_AreContained_AndTheirNeighbourGoesOn()
    {
        using NetHost host = Prepared(out IReadOnlyCollection<string> before);
        // A beat is moved into place: one that is read while it is written would be empty, and differ from the one before without a beat.
        host.Ok("run", "-d", "--name", "calm", "busybox", "sh", "-c", $"while true; do date +%s > /new; mv /new /beat; sleep 0.1; done # {HostInventory.Marker}");
        // Forks until it may not; the shell says so and ends.
        Slip.Result bomb = host.Run("run", "--name", "bomb", "--pids-limit", "50", "busybox", "sh", "-c", "i=0; while [ $i -lt 200 ]; do sleep 100 & i=$((i+1)); done; echo never");
        Assert.Contains("fork", bomb.Errors, StringComparison.Ordinal);
        Slip.Result hog = host.Run("run", "--name", "hog", "-m", "32m", "busybox", "sh", "-c", "x=$(yes | head -c 100000000)");
        Assert.Equal(137, hog.ExitCode);
        Assert.Equal("true 137", host.Ok("inspect", "-f", "{{.State.OOMKilled}} {{.State.ExitCode}}", "hog"));
        string beat = host.Ok("exec", "calm", "cat", "/beat"), now = beat;
        for (int i = 0; i < 100 && now == beat; i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            now = host.Ok("exec", "calm", "cat", "/beat");
        }
        Assert.NotEqual(beat, now);
        host.Ok("rm", "-f", "calm", "bomb", "hog");
        await HostInventory.AssertSame(host, before);
    }

    [Fact]
    public async Task SlipsAndMonitorsKilledInTheStorm_TheNextSlipLeavesNothing()
    {
        using NetHost host = Prepared(out IReadOnlyCollection<string> before);
        var random = new Random();
        await Parallel.ForEachAsync(Enumerable.Range(0, Fifty), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, cancellation) =>
        {
            int delay;
            lock (random)
                delay = random.Next(400);
            using Process slip = host.Slip.Start("run", "-d", "--rm", "-p", string.Create(CultureInfo.InvariantCulture, $"{21_000 + i}:80"), "busybox", "sh", "-c", $"sleep 1000 # {HostInventory.Marker}");
            await Task.Delay(delay, cancellation);
            slip.Kill(entireProcessTree: i % 2 == 0);
            await slip.WaitForExitAsync(cancellation);
        });
        string[] left = host.Ok("ps", "-aq", "--no-trunc").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (left.Length > 0)
            host.Run(["rm", "-f", .. left]);
        await HostInventory.AssertSame(host, before);
        Assert.Empty(HostInventory.CgroupsOf(left.ToHashSet()));
    }

    [Fact]
    public void FloodOfTheLog_HoldsItsMonitorAndTheLogSmall()
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("run", "-d", "--name", "flood", "--log-opt", "max-size=1m", "--log-opt", "max-file=3", "busybox", "sh", "-c", "yes 'a line of a log that nobody needs, and of which there are many' | head -c 100000000; echo; echo last; sleep 1000");
        Waiting.Until(() => slip.Ok("logs", "-n", "1", "flood") == "last");
        int monitor = (int)System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(slip.RunRoot, "containers", id, "state.json")))!["monitorPid"]!;
        string peak = File.ReadLines($"/proc/{monitor}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        Assert.InRange(int.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture), 1, 8 * 1024);
        string log = slip.Ok("inspect", "-f", "{{.LogPath}}", "flood");
        string[] files = Directory.GetFiles(Path.GetDirectoryName(log)!, Path.GetFileName(log) + "*");
        Assert.Equal(3, files.Length);
        // A file may pass its limit by one record, of 16 KiB at most and what JSON adds to that.
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 1_000_000 + 100_000));
    }

    [Theory]
    [InlineData("stop", "-t", "0")]
    [InlineData("kill")]
    [InlineData("rm", "-f")]
    [InlineData("restart", "-t", "0")]
    public async Task PidsOfADeadContainer_ThatAnotherProcessHasNow_AreLeftAlone(params string[] command)
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("run", "-d", "busybox", "sleep", "1000"), file = Path.Combine(slip.RunRoot, "containers", id, "state.json");
        var state = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(file))!;
        using (Process monitor = Process.GetProcessById((int)state["monitorPid"]!))
            monitor.Kill();
        // A process is its number and its start, in hundredths of a second.
        await Task.Delay(50, TestContext.Current.CancellationToken);
        using Process innocent = slip.Start("events");
        try
        {
            // As after so many other processes that the numbers came round.
            state["pid"] = innocent.Id;
            state["monitorPid"] = innocent.Id;
            File.WriteAllText(file, state.ToJsonString());
            slip.Run([.. command, id]);
            Assert.False(innocent.HasExited);
        }
        finally
        {
            innocent.Kill();
            await innocent.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    // With everything there that the first container of a store makes for all of them.
    private static NetHost Prepared(out IReadOnlyCollection<string> before)
    {
        var host = new NetHost();
        host.Ok("run", "--rm", "-p", "19999:80", "busybox", "true");
        // A device goes a moment after its namespace.
        do
        {
            before = HostInventory.Of(host);
        }
        while (before.Any(line => line.StartsWith("network sv", StringComparison.Ordinal)));
        return host;
    }
}
