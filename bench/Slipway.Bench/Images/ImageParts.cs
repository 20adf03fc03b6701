using System.Globalization;

namespace Slipway.Bench.Images;

/// <summary>Image I/O beside the others, and what it may cost at best.</summary>
internal static class ImageParts
{
    private const double MebiByte = 1 << 20;

    /// <summary>One place: rounds with all engines, then ours alone.</summary>
    public static void Run(string name, string directory, int rounds, Report report)
    {
        var place = new ImagePlace(directory);
        report.Line($"\n## Image I/O, data in {name}: {new FileInfo(ImagePlace.Archive).Length / MebiByte:0} MiB packed, {rounds} rounds");
        Seed(place);
        // In turn with the engines, so that what the machine does besides slows both.
        ILookup<bool, (string Label, List<Measurement> Rows)> results = EngineRounds.Run([Floor.Engine(Environment.GetEnvironmentVariable("BENCH_IMAGE")!, directory), .. place.Engines()], rounds)
            .ToLookup(r => r.Rows[0].Name == Floor.Name);
        Directory.Delete(Floor.TreesOf(directory), recursive: true);
        place.Settle();
        List<Measurement> floor = [.. results[true].Select(r => r.Rows[0] with { Name = r.Label })];
        report.Table("stages alone, all processors", floor, "");
        double slowest = floor.Max(f => f.Median), all = floor.Sum(f => f.Median);
        foreach ((string label, List<Measurement> rows) in results[false])
        {
            report.Table(label, rows, "slip");
            if (label is "load" or "pull" && rows.FirstOrDefault(r => r.Name == "slip") is { } ours)
                report.Line(string.Create(CultureInfo.InvariantCulture, $"  {ours.Median / slowest:0.00} times the slowest stage alone, {ours.Median / all:0.00} times all three one after another"));
        }
        Memory(place, report);
        TopLayer(place, report);
    }

    // The registry that is pulled from gets both images once, from our store, which keeps the archive's bytes.
    private static void Seed(ImagePlace place)
    {
        foreach ((string archive, string name, string target) in (ReadOnlySpan<(string, string, string)>)
            [(ImagePlace.Archive, "bench:big", ImagePlace.Pulled), (ImagePlace.TopArchive, "bench:top", ImagePlace.PulledTop)])
        {
            Must(place.Slip("load", "-q", "-i", archive));
            Must(place.Slip("tag", name, target));
            Must(place.Slip("push", "-q", target));
        }
        Must(place.Slip("rmi", "bench:big", "bench:top", ImagePlace.Pulled, ImagePlace.PulledTop));
        place.Settle();
    }

    private static void Memory(ImagePlace place, Report report)
    {
        report.Line("\npeak memory of slip (VmHWM)");
        foreach ((string verb, string[] command) in ((string, string[])[])
            [("pull", place.Slip("pull", "-q", ImagePlace.Pulled)), ("push", place.Slip("push", "-q", ImagePlace.Pulled)),
             ("save", place.Slip("save", "-o", place.Saved, ImagePlace.Pulled)), ("rmi", place.Slip("rmi", ImagePlace.Pulled)),
             ("load", place.Slip("load", "-q", "-i", ImagePlace.Archive))])
        {
            report.Line($"  {verb,-14}{PeakMemory.Of(command) / 1024.0,6:0.0} MiB");
            place.Settle();
        }
        File.Delete(place.Saved);
        Must(place.Slip("rmi", "bench:big"));
        place.Settle();
    }

    // Nobody else speaks on this loopback device: the network namespace is the benchmark's own.
    private static void TopLayer(ImagePlace place, Report report)
    {
        Must(place.Slip("pull", "-q", ImagePlace.Pulled));
        place.Settle();
        long moved = Loopback(), kept = Scale.Blocks(place.Data);
        double time = new Command("pull", place.Slip("pull", "-q", ImagePlace.PulledTop)).Time() ?? double.NaN;
        moved = Loopback() - moved;
        place.Settle();
        kept = Scale.Blocks(place.Data) - kept;
        report.Line(string.Create(CultureInfo.InvariantCulture,
            $"\npull where only the top layer is another: {time:0.0} ms, {moved / 1024.0:0} KiB over the network, {kept / 1024.0:0} KiB more on the disk"));
        Must(place.Slip("rmi", ImagePlace.Pulled, ImagePlace.PulledTop));
        place.Settle();
    }

    // Bytes received, the first number after the name (proc_pid_net(5)).
    private static long Loopback() => long.Parse(
        File.ReadLines("/proc/net/dev").Select(l => l.Trim()).First(l => l.StartsWith("lo:", StringComparison.Ordinal))[3..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);

    private static void Must(string[] command)
    {
        if (new Command(command[0], command).Time() is null)
            throw new InvalidOperationException($"{string.Join(' ', command)} failed");
    }
}
