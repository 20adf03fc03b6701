using System.Diagnostics;
using System.Globalization;

namespace Slipway.Bench.Containers;

/// <summary>Two hundred containers started one after another and eight at a time, removed by one command, and a list of five hundred.</summary>
internal static class ManyContainers
{
    private const int Total = 200, AtOnce = 8, Listed = 500;

    public static void Run(List<ContainerEngine> engines, int rounds, Report report)
    {
        List<Measurement> serial = [], parallel = [], removals = [];
        foreach (ContainerEngine engine in engines)
        {
            Add(serial, engine, Time(() => Start(engine, 1)));
            Remove(engine);
            Add(parallel, engine, Time(() => Start(engine, AtOnce)));
            Add(removals, engine, Time(() => Remove(engine)));
        }
        report.Table(string.Create(CultureInfo.InvariantCulture, $"{Total} starts (run -d --network none) one after another, in ms; one round"), serial, "slip");
        report.Table($"{Total} starts, {AtOnce} at a time; one round", parallel, "slip");
        report.Table($"rm -f of {Total}; one round", removals, "slip");
        // Ours alone: the mark is a time, and others take minutes to make so many.
        List<ContainerEngine> ours = engines[..1];
        Each(AtOnce, Listed, ours, (engine, i) => engine.Do(engine.Words("create", "--name", $"listed-{i}", engine.Image, "true")));
        ContainerParts.Compare($"ps -a, {Listed} containers", ours, rounds, e => e.Words("ps", "-a"), report);
        ours.ForEach(e => e.Do(e.Words(["rm", "-f", .. Enumerable.Range(0, Listed).Select(i => $"listed-{i}")])));
    }

    private static bool Start(ContainerEngine engine, int atOnce)
    {
        bool failed = false;
        Each(atOnce, Total, [engine], (_, i) => failed |= !engine.Do(engine.Run(["-d", "--network", "none", "--stop-signal", "KILL", "--name", $"many-{i}"], "sleep", "10000")));
        return !failed;
    }

    private static bool Remove(ContainerEngine engine) => engine.Do(engine.Words(["rm", "-f", .. Enumerable.Range(0, Total).Select(i => $"many-{i}")]));

    private static void Each(int atOnce, int count, List<ContainerEngine> engines, Action<ContainerEngine, int> act)
    {
        foreach (ContainerEngine engine in engines)
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, i => act(engine, i));
    }

    private static double? Time(Func<bool> act)
    {
        long start = Stopwatch.GetTimestamp();
        return act() ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : null;
    }

    private static void Add(List<Measurement> rows, ContainerEngine engine, double? time)
    {
        if (time is { } milliseconds)
            rows.Add(Measurement.Of(engine.Name, [milliseconds]));
        else
            Console.WriteLine($"  {engine.Name}: failed, left out");
    }
}
