namespace Slipway.Bench;

/// <summary>Several commands measured in turn, A B C A B C …, so that a machine that drifts drifts for all of them alike.</summary>
internal static class Interleaved
{
    private const int WarmUps = 2;

    public static List<Measurement> Run(IReadOnlyList<Command> commands, int rounds)
    {
        double[][] times = [.. commands.Select(_ => new double[rounds])];
        bool[] failed = new bool[commands.Count];
        for (int round = -WarmUps; round < rounds; round++)
        {
            for (int i = 0; i < commands.Count; i++)
            {
                if (failed[i])
                    continue;
                double? time = commands[i].Time();
                failed[i] = time is null;
                if (round >= 0 && time is not null)
                    times[i][round] = time.Value;
            }
        }
        List<Measurement> results = [];
        for (int i = 0; i < commands.Count; i++)
        {
            if (failed[i])
                Console.WriteLine($"  {commands[i].Name}: failed, left out");
            else
                results.Add(Measurement.Of(commands[i].Name, times[i]));
        }
        return results;
    }
}

/// <summary>One row: milliseconds.</summary>
internal sealed record Measurement(string Name, double Median, double Min, double Max, int Count)
{
    public static Measurement Of(string name, double[] times)
    {
        double[] sorted = [.. times.Order()];
        return new(name, sorted[sorted.Length / 2], sorted[0], sorted[^1], sorted.Length);
    }
}
