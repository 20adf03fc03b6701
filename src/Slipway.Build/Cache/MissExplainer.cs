using Slipway.Build.Context;
using Slipway.Build.Graph;
using Slipway.Build.Solving;

namespace Slipway.Build.Cache;

/// <summary>Says why a step did not come from the cache: what differs from the steps that were made at its place before.</summary>
internal static class MissExplainer
{
    private const int MostLookedAt = 30;

    /// <summary>The reasons, each in a few words; never empty.</summary>
    /// <param name="cache">Where the step is not.</param>
    /// <param name="graph">Of the build.</param>
    /// <param name="step">The step.</param>
    /// <param name="below">What it stands on.</param>
    /// <param name="keys">Its keys; the last is exact.</param>
    /// <param name="files">What it brings.</param>
    public static IReadOnlyList<string> Explain(
        StepCache cache, BuildGraph graph, Vertex step, StepResult below, IReadOnlyList<Ingredients> keys, IReadOnlyDictionary<string, FileHash> files)
    {
        Ingredients wanted = keys[^1];
        IReadOnlyList<EarlierStep> earlier = [.. cache.FindAt(StepCache.PlaceOf(step.Place), MostLookedAt).Where(e => SameKind(e, wanted))];
        if (earlier.Count == 0)
            return ["no step like this was made before"];
        if (earlier.FirstOrDefault(e => e.Key == wanted.Digest) is { } same)
            return [same.Gone is { } gone ? $"it was in the cache, which gave it up on {gone.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : "its layer is not there any more"];
        // The one that it missed by the least; of equals the one that was used last.
        EarlierStep nearest = earlier.MinBy(e => Differing(e, wanted).Count)!;
        var difference = new IngredientDifference(graph, step, below, cache.Files.TryRead(nearest.Key), files);
        return [.. difference.Describe(nearest, wanted)];
    }

    /// <summary>The names of ingredients that are not the same in both.</summary>
    public static IReadOnlyList<string> Differing(EarlierStep earlier, Ingredients wanted)
    {
        Dictionary<(string Name, int Number), string> before = Numbered(earlier.Ingredients), now = Numbered(wanted.Items);
        return [.. now.Where(i => !before.TryGetValue(i.Key, out string? old) || old != i.Value).Select(i => i.Key.Name), .. before.Keys.Except(now.Keys).Select(key => key.Name)];
    }

    // Each source of a COPY and each mount of a RUN brings the same names.
    private static Dictionary<(string Name, int Number), string> Numbered(IReadOnlyList<(string Name, string Value)> items)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var numbered = new Dictionary<(string, int), string>();
        foreach ((string name, string value) in items)
        {
            seen[name] = seen.GetValueOrDefault(name) + 1;
            numbered[(name, seen[name])] = value;
        }
        return numbered;
    }

    // A RUN is not compared with a COPY, nor the coarse key of a step with its exact one.
    private static bool SameKind(EarlierStep earlier, Ingredients wanted) =>
        Value(earlier.Ingredients, "operation") == Value(wanted.Items, "operation") && Has(earlier.Ingredients, "content") == Has(wanted.Items, "content");

    private static string? Value(IReadOnlyList<(string Name, string Value)> items, string name) => items.FirstOrDefault(i => i.Name == name).Value;

    private static bool Has(IReadOnlyList<(string Name, string Value)> items, string name) => items.Any(i => i.Name == name);
}
