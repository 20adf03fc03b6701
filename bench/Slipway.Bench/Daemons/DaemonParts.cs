using System.Diagnostics;
using System.Globalization;

namespace Slipway.Bench.Daemons;

/// <summary>slipd beside dockerd: the same requests of the same clients to both, in turn.</summary>
internal static class DaemonParts
{
    private const int Clients = 64, Each = 4, Listed = 500, ComeAndGone = 1000, AtATime = 8;
    private const int RestSeconds = 5, LongRestSeconds = 40;

    /// <param name="daemons">Name, socket and process, ours first.</param>
    /// <param name="rounds">Of short requests.</param>
    /// <param name="report">Takes the figures.</param>
    public static void Run(IReadOnlyList<Daemon> daemons, int rounds, Report report)
    {
        report.Line("\nat rest: share of memory (PSS), and wake-ups in five seconds");
        foreach (Daemon daemon in daemons)
            report.Line(string.Create(CultureInfo.InvariantCulture, $"  {daemon.Name,-14}{daemon.PssMebibytes(),6:0.0} MiB {daemon.WakeUps(RestSeconds),6}"));
        Commands(daemons, rounds, report);
        foreach ((string label, List<Measurement> rows) in EngineRounds.Run([.. daemons.Select(d => Requests(d))], rounds))
            report.Table(label, rows, "slipd");
        ComingAndGoing(daemons[0], report);
        Crowds(daemons, report);
        Lists(daemons, rounds, report);
    }

    private static void Commands(IReadOnlyList<Daemon> daemons, int rounds, Report report)
    {
        if (Command.Find("docker") is { } docker)
            report.Table("docker run --rm --network none true, whole command", Interleaved.Run([.. daemons.Select(d => new Command(d.Name, [docker, "-H", "unix://" + d.Socket, "run", "--rm", "--network", "none", "bench", "true"]))], rounds), "slipd");
    }

    private static EngineWay Requests(Daemon daemon)
    {
        var client = new ApiClient(daemon.Socket);
        string id = "";
        return new(daemon.Name,
        [
            Step("GET /_ping", async () => await client.GetAsync("/_ping").ConfigureAwait(false)),
            Step("POST /containers/create", async () => id = await client.CreateAsync("sleep", "1000").ConfigureAwait(false)),
            Step("POST /containers/ID/start", async () => await client.StartAsync(id).ConfigureAwait(false)),
            Step("GET /containers/ID/json", async () => await client.GetAsync($"containers/{id}/json").ConfigureAwait(false)),
            Step("DELETE /containers/ID?force=1", async () => await client.RemoveAsync(id).ConfigureAwait(false)),
        ]);
    }

    private static EngineStep Step(string label, Func<Task> act) => new(label, () =>
    {
        act().GetAwaiter().GetResult();
        return true;
    });

    // The clients' own work is in it, the same for each.
    private static void Crowds(IReadOnlyList<Daemon> daemons, Report report)
    {
        var seconds = daemons.ToDictionary(d => d, _ => new List<double>());
        for (int round = 0; round < 3; round++)
        {
            foreach (Daemon daemon in daemons)
                seconds[daemon].Add(Crowd(daemon, Clients, Each));
        }
        report.Table($"{Clients} clients at once, each creating, starting, inspecting and removing {Each} containers: milliseconds a container",
            [.. daemons.Select(d => Measurement.Of(d.Name, [.. seconds[d].Select(s => s * 1000 / (Clients * Each))]))], "slipd");
    }

    private static double Crowd(Daemon daemon, int clients, int each)
    {
        long start = Stopwatch.GetTimestamp();
        Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            using var client = new ApiClient(daemon.Socket);
            for (int i = 0; i < each; i++)
            {
                string id = await client.CreateAsync("sleep", "1000").ConfigureAwait(false);
                await client.StartAsync(id).ConfigureAwait(false);
                await client.GetAsync($"containers/{id}/json").ConfigureAwait(false);
                await client.RemoveAsync(id).ConfigureAwait(false);
            }
        })).GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void ComingAndGoing(Daemon daemon, Report report)
    {
        Thread.Sleep(TimeSpan.FromSeconds(LongRestSeconds));
        double before = daemon.PssMebibytes();
        Crowd(daemon, AtATime, ComeAndGone / AtATime);
        double after = daemon.PssMebibytes();
        Thread.Sleep(TimeSpan.FromSeconds(LongRestSeconds));
        report.Line(string.Create(CultureInfo.InvariantCulture, $"\n{ComeAndGone} containers have come and gone: {daemon.Name} {before:0.0} MiB before, {after:0.0} right after, {daemon.PssMebibytes():0.0} after {LongRestSeconds} seconds"));
    }

    private static void Lists(IReadOnlyList<Daemon> daemons, int rounds, Report report)
    {
        List<EngineWay> ways = [];
        foreach (Daemon daemon in daemons)
        {
            var client = new ApiClient(daemon.Socket);
            for (int i = 0; i < Listed; i++)
                client.CreateAsync("sleep", "1000").GetAwaiter().GetResult();
            ways.Add(new(daemon.Name, [Step($"GET /containers/json of {Listed}", async () => await client.GetAsync("containers/json?all=1").ConfigureAwait(false))]));
        }
        foreach ((string label, List<Measurement> rows) in EngineRounds.Run(ways, rounds))
            report.Table(label, rows, "slipd");
    }
}
