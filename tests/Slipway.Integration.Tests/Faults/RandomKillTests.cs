using System.Diagnostics;
using System.Globalization;
using Slipway.Integration.Tests.Registry;
using Xunit;

namespace Slipway.Integration.Tests.Faults;

/// <summary>
/// kill -9 of pull, load, rmi and prune in turn, each time at a random moment of it: the store is whole, and the next try succeeds. 40 times, or
/// as often as SLIPWAY_KILLS says.
/// </summary>
public sealed class RandomKillTests
{
    private const int Usual = 40;

    [Fact]
    public void PullLoadRmiPrune_KilledAtRandomMoments_TheStoreIsWholeAndTheNextTrySucceeds()
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("SLIPWAY_KILLS") ?? $"{Usual}", CultureInfo.InvariantCulture);
        int seed = Environment.TickCount;
        var random = new Random(seed);
        using DockerRegistry registry = DockerRegistry.Start();
        using Slip slip = Slip.WithBusybox();
        string name = $"{registry.Host}/app", archive = Path.Combine(slip.Scratch, "app.tar");
        RegistryImages.Build(slip, name, 3_000_000, 1_000_000, 2_000_000);
        slip.Ok("push", name);
        slip.Ok("save", "-o", archive, name);
        slip.Ok("rmi", name);
        slip.Ok("builder", "prune", "-af");
        string before = StoreCheck.Inventory(slip);
        string[][] bringing = [["pull", name], ["load", "-i", archive]];
        string[] removing = ["rmi", name];
        var times = new Dictionary<string, TimeSpan>();
        foreach (string[] command in (string[][])[bringing[0], removing, bringing[1], removing, bringing[1]])
            times[command[0]] = Time(slip, command);
        slip.Ok("untag", name);
        times["prune"] = Time(slip, ["prune", "--apply", PlanOf(slip)]);

        int hit = 0, done = 0;
        // A kill that comes when all is done kills nobody: on a machine whose pace changes it takes some more.
        for (; done < kills || (hit <= kills / 2 && done < 4 * kills); done += 2)
        {
            string round = $"seed {seed}, kill {done}";
            string[] bring = bringing[random.Next(bringing.Length)];
            if (Kill(slip, bring))
                hit++;
            Whole(slip, $"{bring[0]}, {round}");
            slip.Ok(bring);
            Assert.Equal(3, slip.Ok("image", "inspect", "-f", "{{range .RootFS.Layers}}{{.}} {{end}}", name).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
            bool prunes = random.Next(2) == 0;
            if (prunes)
                slip.Ok("untag", name);
            string[] remove = prunes ? ["prune", "--apply", PlanOf(slip)] : removing;
            if (Kill(slip, remove))
                hit++;
            Whole(slip, $"{remove[0]}, {round}");
            // There, or gone: nothing in between.
            if (slip.Ok("images", "-q").Split('\n').Length > 1)
                slip.Ok(prunes ? ["image", "prune", "-f"] : removing);
            StoreCheck.NothingInTheMaking(slip, round);
            Assert.Equal(before, StoreCheck.Inventory(slip));
        }
        Assert.True(hit > kills / 2, $"seed {seed}: only {hit} of {done} kills met a process");
        TestContext.Current.TestOutputHelper?.WriteLine($"{done} kills, {hit} of them before the end of the command");

        bool Kill(Slip slip, string[] command)
        {
            using Process process = slip.Start(command);
            process.WaitForExit(times[command[0]] * (1.1 * random.NextDouble()));
            bool alive = !process.HasExited;
            process.Kill();
            process.WaitForExit();
            bool hit = alive && process.ExitCode != 0;
            // The times were taken on a machine that other tests kept busy, or not: they follow it.
            times[command[0]] *= hit ? 1.05 : 0.85;
            return hit;
        }
    }

    private static void Whole(Slip slip, string after)
    {
        Slip.Result check = slip.Run("system", "check");
        Assert.True(check.ExitCode == 0, $"{after}: {check.Output}{check.Errors}");
    }

    private static string PlanOf(Slip slip) => slip.Ok("prune").Split(' ')[^1];

    private static TimeSpan Time(Slip slip, string[] args)
    {
        long start = Stopwatch.GetTimestamp();
        slip.Ok(args);
        return Stopwatch.GetElapsedTime(start);
    }
}
