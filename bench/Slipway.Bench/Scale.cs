using System.Globalization;

namespace Slipway.Bench;

/// <summary>Two hundred containers: does the last start as fast as the first, and what does each keep on disk and in memory.</summary>
internal static class Scale
{
    private const int Total = 200;
    private const int Measured = 50;
    private const int Window = 10;

    public static void Run(string slip, Report report)
    {
        string data = Environment.GetEnvironmentVariable("SLIPWAY_DATA")!;
        long before = Blocks(data);
        double[] times = new double[Total];
        long atMeasured = 0;
        long pss = 0;
        for (int i = 0; i < Total; i++)
        {
            times[i] = new Command("start", [slip, "run", "-d", "--network", "none", "--name", $"scale-{i}", "bench", "sleep", "1000"]).Time()
                ?? throw new InvalidOperationException($"container {i + 1} did not start");
            if (i + 1 != Measured)
                continue;
            atMeasured = Blocks(data);
            pss = Monitors.Sum("Pss:", "smaps_rollup");
        }
        report.Line($"\n{Total} containers, one after another (run -d)");
        report.Line($"  first {Window}: median {Median(times[..Window]):0.00} ms, last {Window}: median {Median(times[^Window..]):0.00} ms");
        report.Line($"  disk each: {(atMeasured - before) / 1024.0 / Measured:0.0} KiB at {Measured}, {(Blocks(data) - before) / 1024.0 / Total:0.0} KiB at {Total} (blocks of the data root, database included)");
        report.Line($"  memory each (PSS of the monitors at {Measured}): {pss / 1024.0 / Measured:0.00} MiB");
        new Command("rm", [slip, "rm", "-f", .. Enumerable.Range(0, Total).Select(i => $"scale-{i}")]).Time();
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    internal static long Blocks(string directory)
    {
        // du counts as df does: blocks, hard links once.
        string output = Path.Combine(Path.GetTempPath(), $"bench-du-{Environment.ProcessId}");
        new Command("du", ["/bin/sh", "-c", $"du -s --block-size=1 '{directory}' | cut -f1 > '{output}'"]).Time();
        long blocks = long.Parse(File.ReadAllText(output), CultureInfo.InvariantCulture);
        File.Delete(output);
        return blocks;
    }
}
