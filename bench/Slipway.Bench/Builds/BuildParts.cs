using Slipway.Bench.Images;

namespace Slipway.Bench.Builds;

/// <summary>Builds beside those of the other builders.</summary>
internal static class BuildParts
{
    private const double MebiByte = 1024.0;

    /// <summary>One place: rounds with all builders, then what ours needs of memory.</summary>
    public static void Run(string name, string directory, int rounds, Report report)
    {
        var contexts = new BuildContexts(Path.Combine(directory, "contexts"));
        var place = new BuildPlace(directory, contexts);
        contexts.Make(BuildPlace.Base);
        report.Line($"\n## Builds, data in {name}, {rounds} rounds");
        foreach ((string label, List<Measurement> rows) in EngineRounds.Run(place.Builders(), rounds))
            report.Table(label, rows, "slip");
        report.Line($"\npeak memory of slip (VmHWM), COPY cold: {PeakMemory.Of(place.Slip("build", "-q", "--no-cache", contexts.Many)) / MebiByte:0.0} MiB");
    }
}
