using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Oci;

namespace Slipway.Cli.Output;

/// <summary>
/// The part of Go's templates that scripts use with <c>inspect</c>: text, <c>{{.A.B}}</c>, <c>{{json .A}}</c>,
/// <c>{{index .A "key"}}</c>, <c>{{len .A}}</c>. Anything else is a clear error.
/// </summary>
internal static class PathTemplate
{
    public static string Render(string template, JsonObject item)
    {
        var text = new StringBuilder();
        int position = 0;
        while (template.IndexOf("{{", position, StringComparison.Ordinal) is >= 0 and int open)
        {
            int close = template.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
                throw Invalid(template, "unclosed action");
            text.Append(template, position, open - position).Append(Evaluate(template[(open + 2)..close].Trim(), item));
            position = close + 2;
        }
        return text.Append(template, position, template.Length - position).ToString();
    }

    private static string Evaluate(string action, JsonObject item)
    {
        string[] words = action.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["json", var path] => Pick(path, item)?.ToJsonString(InspectJson.Compact) ?? "null",
            ["len", var path] => Pick(path, item) switch { JsonArray a => a.Count.ToString(), JsonObject o => o.Count.ToString(), var other => Show(other).Length.ToString() },
            ["index", var path, var key] => Index(Pick(path, item), key.Trim('"')),
            [var path] => Show(Pick(path, item)),
            _ => throw Invalid(action, "only {{.Path}}, {{json .Path}}, {{index .Path \"key\"}} and {{len .Path}} are supported yet"),
        };
    }

    private static string Index(JsonNode? node, string key) => node switch
    {
        JsonArray array when int.TryParse(key, out int i) && i >= 0 && i < array.Count => Show(array[i]),
        JsonObject map => Show(map[key]),
        _ => throw Invalid(key, "nothing to index there"),
    };

    private static JsonNode? Pick(string path, JsonObject item)
    {
        if (!path.StartsWith('.'))
            throw Invalid(path, "a path begins with a dot");
        JsonNode? node = item;
        foreach (string name in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (node is not JsonObject map || !map.TryGetPropertyValue(name, out node))
                throw Invalid(path, $"map has no entry for key \"{name}\"");
        }
        return node;
    }

    // As Go prints values: lists in brackets, maps as map[k:v], nothing as <nil>.
    private static string Show(JsonNode? node) => node switch
    {
        null => "<nil>",
        JsonArray array => $"[{string.Join(' ', array.Select(Show))}]",
        JsonObject map => $"map[{string.Join(' ', map.Select(p => $"{p.Key}:{Show(p.Value)}"))}]",
        _ when node.GetValueKind() is JsonValueKind.String => node.GetValue<string>(),
        _ => node.ToJsonString(),
    };

    private static SlipwayException Invalid(string what, string why) => new(ErrorKind.InvalidArgument, $"template parsing error: '{what}': {why}");
}
