using System.Diagnostics;

namespace Slipway.Bench;

/// <summary>Engines in turn, each its whole way, A B C A B C …: what drifts drifts for all of them alike.</summary>
internal static class EngineRounds
{
    /// <summary>By label, in the order of the engines' steps: each engine's times.</summary>
    public static IEnumerable<(string Label, List<Measurement> Rows)> Run(IReadOnlyList<EngineWay> engines, int rounds)
    {
        var times = new Dictionary<(string Label, string Engine), List<double>>();
        var failed = new HashSet<EngineWay>();
        // The first round warms what is cached, and counts nowhere.
        for (int round = 0; round <= rounds; round++)
        {
            foreach (EngineWay engine in engines.Where(e => !failed.Contains(e)))
            {
                foreach (EngineStep step in engine.Steps)
                {
                    long start = Stopwatch.GetTimestamp();
                    if (!step.Act())
                    {
                        Console.WriteLine($"  {engine.Name}: {step.Label ?? "a step between"} failed, left out");
                        failed.Add(engine);
                        break;
                    }
                    if (step.Label is { } label && round > 0)
                        (times.TryGetValue((label, engine.Name), out List<double>? list) ? list : times[(label, engine.Name)] = []).Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }
        }
        foreach (string label in engines.SelectMany(e => e.Steps).Select(s => s.Label).OfType<string>().Distinct())
        {
            yield return (label, [.. engines.Where(e => !failed.Contains(e) && times.ContainsKey((label, e.Name)))
                .Select(e => Measurement.Of(e.Name, [.. times[(label, e.Name)]]))]);
        }
    }
}
