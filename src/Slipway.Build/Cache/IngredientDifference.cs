using Slipway.Build.Context;
using Slipway.Build.Graph;
using Slipway.Build.Solving;

namespace Slipway.Build.Cache;

/// <summary>Two lists of ingredients in words: what is new in the second.</summary>
/// <param name="graph">Of the build.</param>
/// <param name="step">The step of the second.</param>
/// <param name="below">What that stands on.</param>
/// <param name="before">The files that the first brought; null where that is not known.</param>
/// <param name="now">The files that the second brings.</param>
internal sealed class IngredientDifference(BuildGraph graph, Vertex step, StepResult below, IReadOnlyDictionary<string, FileHash>? before, IReadOnlyDictionary<string, FileHash> now)
{
    private const int MostFiles = 5;

    private const int LongestValue = 80;
    private static readonly string[] s_secretWords = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "CREDENTIAL", "APIKEY", "API_KEY", "PRIVATE", "AUTH"];

    public IEnumerable<string> Describe(EarlierStep earlier, Ingredients wanted)
    {
        ILookup<string, string> had = Grouped(earlier.Ingredients), has = Grouped(wanted.Items);
        foreach (string group in has.Select(g => g.Key).Union(had.Select(g => g.Key)))
        {
            if (had[group].SequenceEqual(has[group]))
                continue;
            foreach (string reason in Describe(group, [.. had[group]], [.. has[group]]))
                yield return reason;
        }
    }

    private IEnumerable<string> Describe(string group, IReadOnlyList<string> old, IReadOnlyList<string> current) => group switch
    {
        "parent" => [Parent()],
        "from" => ["what it copies from was made anew"],
        "content" => Changed(),
        "env" => Variables(old, current),
        "arg" => [$"command changed: {Show(string.Join(' ', old))} -> {Show(string.Join(' ', current))}"],
        "epoch" => [$"SOURCE_DATE_EPOCH {Show(string.Concat(old))} -> {Show(string.Concat(current))}"],
        "version" => ["it was made by another version of slip"],
        _ => [$"{group} {Show(string.Join(' ', old))} -> {Show(string.Join(' ', current))}"],
    };

    private IEnumerable<string> Changed()
    {
        if (before is null || now.Count == 0)
            return ["files changed"];
        List<string> changes =
        [
            .. now.Where(file => before.TryGetValue(file.Key, out FileHash old) && old != file.Value).Select(file => $"file /{file.Key} changed ({before[file.Key].Short} -> {file.Value.Short})"),
            .. now.Keys.Where(path => !before.ContainsKey(path)).Select(path => $"file /{path} is new"),
            .. before.Keys.Where(path => !now.ContainsKey(path)).Select(path => $"file /{path} is gone"),
        ];
        return changes.Count == 0 ? ["a mode, a link or a directory among the files changed"]
            : changes.Count <= MostFiles ? changes : [.. changes.Take(MostFiles), $"and {changes.Count - MostFiles} more files"];
    }

    private string Parent()
    {
        Vertex parent = step.Inputs[0];
        string chain = below.Chain is { } digest ? digest.Hex[..12] : "nothing";
        return parent.Operation is ImageOperation
            ? $"base {parent.Place.Title["FROM ".Length..]} moved: its layers are now {chain}"
            : $"parent step {parent.Place.Index} changed: {Show(parent.Place.Title)}";
    }

    private IEnumerable<string> Variables(IReadOnlyList<string> old, IReadOnlyList<string> current)
    {
        Dictionary<string, string> had = ByName(old), has = ByName(current);
        foreach (string name in has.Keys.Union(had.Keys))
        {
            string? from = had.GetValueOrDefault(name), to = has.GetValueOrDefault(name);
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
