using Slipway.Build.Graph;
using Slipway.Build.Solving;

namespace Slipway.Build.Cache;

/// <summary>Two lists of ingredients in words: what is new in the second.</summary>
/// <param name="graph">Of the build.</param>
/// <param name="step">The step of the second.</param>
/// <param name="below">What that stands on.</param>
internal sealed class IngredientDifference(BuildGraph graph, Vertex step, StepResult below)
{
    private const int LongestValue = 80;
    private static readonly string[] s_secretWords = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "CREDENTIAL", "APIKEY", "API_KEY", "PRIVATE", "AUTH"];

    public IEnumerable<string> Describe(EarlierStep earlier, Ingredients wanted)
    {
        ILookup<string, string> before = Grouped(earlier.Ingredients), now = Grouped(wanted.Items);
        foreach (string group in now.Select(g => g.Key).Union(before.Select(g => g.Key)))
        {
            if (before[group].SequenceEqual(now[group]))
                continue;
            foreach (string reason in Describe(group, [.. before[group]], [.. now[group]]))
                yield return reason;
        }
    }

    private IEnumerable<string> Describe(string group, IReadOnlyList<string> before, IReadOnlyList<string> now) => group switch
    {
        "parent" => [Parent()],
        "from" => ["what it copies from was made anew"],
        "content" => ["files changed"],
        "env" => Variables(before, now),
        "arg" => [$"command changed: {Show(string.Join(' ', before))} -> {Show(string.Join(' ', now))}"],
        "epoch" => [$"SOURCE_DATE_EPOCH {Show(string.Concat(before))} -> {Show(string.Concat(now))}"],
        "version" => ["it was made by another version of slip"],
        _ => [$"{group} {Show(string.Join(' ', before))} -> {Show(string.Join(' ', now))}"],
    };

    private string Parent()
    {
        Vertex parent = step.Inputs[0];
        string chain = below.Chain is { } digest ? digest.Hex[..12] : "nothing";
        return parent.Operation is ImageOperation
            ? $"base {parent.Place.Title["FROM ".Length..]} moved: its layers are now {chain}"
            : $"parent step {parent.Place.Index} changed: {Show(parent.Place.Title)}";
    }

    private IEnumerable<string> Variables(IReadOnlyList<string> before, IReadOnlyList<string> now)
    {
        Dictionary<string, string> old = ByName(before), current = ByName(now);
        foreach (string name in current.Keys.Union(old.Keys))
        {
            string? from = old.GetValueOrDefault(name), to = current.GetValueOrDefault(name);
            if (from == to)
                continue;
            bool hidden = Array.Exists(s_secretWords, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
            yield return hidden ? $"{Kind(name)} {name} changed (its values are not shown)" : $"{Kind(name)} {name} {Show(from)} -> {Show(to)}";
        }
    }

    // A variable of the image is an ENV; what only a step saw is an ARG.
    private string Kind(string name) =>
        (graph.Image.Config?.Env ?? []).Any(line => line.StartsWith(name + "=", StringComparison.Ordinal)) ? "env" : "arg";

    private static Dictionary<string, string> ByName(IEnumerable<string> lines)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            values[equals < 0 ? line : line[..equals]] = equals < 0 ? "" : line[(equals + 1)..];
        }
        return values;
    }

    // `env.3` belongs to `env`, whose own value is the count.
    private static ILookup<string, string> Grouped(IReadOnlyList<(string Name, string Value)> items)
    {
        var lists = items.Select(i => Split(i.Name)).Where(n => n.IsItem).Select(n => n.Group).ToHashSet(StringComparer.Ordinal);
        return items.Select(i => (Name: Split(i.Name), i.Value)).Where(i => i.Name.IsItem || !lists.Contains(i.Name.Group)).ToLookup(i => i.Name.Group, i => i.Value, StringComparer.Ordinal);
    }

    private static (string Group, bool IsItem) Split(string name)
    {
        int dot = name.LastIndexOf('.');
        return dot > 0 && name.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? (name[..dot], true) : (name, false);
    }

    private static string Show(string? value) => value switch
    {
        null => "(none)",
        "" => "(empty)",
        { Length: > LongestValue } => value[..LongestValue] + "…",
        _ => value,
    };
}
