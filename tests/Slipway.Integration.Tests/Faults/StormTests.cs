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
