using System.Globalization;
using System.Text.Json.Nodes;

namespace Slipway.Cli.Templates;

/// <summary>Go's own functions and those that docker adds (docs.docker.com, "Format command and log output").</summary>
internal static class TemplateFunctions
{
    public static JsonNode? Call(string name, IReadOnlyList<JsonNode?> args) => (name, args) switch
    {
        ("json", [var value]) => Text(value is null ? "null" : value.ToJsonString(InspectJson.Compact)),
        ("join", [JsonArray list, var separator]) => Text(string.Join(GoValue.Print(separator), list.Select(i => GoValue.Print(i)))),
        ("join", [null, _]) => Text(""),
        ("split", [var value, var separator]) => new JsonArray([.. GoValue.Print(value).Split(GoValue.Print(separator)).Select(p => (JsonNode)Text(p))]),
        ("lower", [var value]) => Text(GoValue.Print(value).ToLowerInvariant()),
        ("upper", [var value]) => Text(GoValue.Print(value).ToUpperInvariant()),
        ("title", [var value]) => Text(CultureInfo.InvariantCulture.TextInfo.ToTitleCase(GoValue.Print(value))),
        ("truncate", [var value, var length]) => Text(Truncate(GoValue.Print(value), (int)GoValue.Number(length))),
        ("pad", [var value, var before, var after]) => Text(Pad(GoValue.Print(value), (int)GoValue.Number(before), (int)GoValue.Number(after))),
        ("print", _) => Text(string.Concat(args.Select(a => GoValue.Print(a, "<nil>")))),
        ("println", _) => Text(string.Join(' ', args.Select(a => GoValue.Print(a, "<nil>"))) + "\n"),
        ("printf", [var format, ..]) => Text(GoPrintf.Format(GoValue.Print(format), [.. args.Skip(1)])),
        ("len", [var value]) => Length(value),
        ("index", [var value, ..]) => args.Skip(1).Aggregate(value, Index),
        ("slice", [var value, ..]) => Slice(value, [.. args.Skip(1).Select(a => (int)GoValue.Number(a))]),
        ("not", [var value]) => Bool(!GoValue.IsTrue(value)),
        ("and", [_, ..]) => args.FirstOrDefault(a => !GoValue.IsTrue(a), args[^1]),
        ("or", [_, ..]) => args.FirstOrDefault(GoValue.IsTrue, args[^1]),
        ("eq", [var first, _, ..]) => Bool(args.Skip(1).Any(a => Same(first, a))),
        ("ne", [var left, var right]) => Bool(!Same(left, right)),
        ("lt", [var left, var right]) => Bool(Order(name, left, right) < 0),
        ("le", [var left, var right]) => Bool(Order(name, left, right) <= 0),
        ("gt", [var left, var right]) => Bool(Order(name, left, right) > 0),
        ("ge", [var left, var right]) => Bool(Order(name, left, right) >= 0),
        ("json" or "join" or "split" or "lower" or "upper" or "title" or "truncate" or "pad" or "printf" or "len" or "index" or "slice" or "not" or "and" or "or"
            or "eq" or "ne" or "lt" or "le" or "gt" or "ge", _) => throw TemplateError.Executing(name, $"wrong number or kind of args for {name}: got {args.Count}"),
        _ => throw TemplateError.Parsing($"function \"{name}\" not defined"),
    };

    private static JsonValue Text(string text) => JsonValue.Create(text);

    private static JsonValue Bool(bool value) => JsonValue.Create(value);

    private static bool Same(JsonNode? left, JsonNode? right) => GoValue.Compare(left, right) is { } order ? order == 0 : JsonNode.DeepEquals(left, right);

    private static int Order(string name, JsonNode? left, JsonNode? right) =>
        GoValue.Compare(left, right) ?? throw TemplateError.Executing(name, "incompatible types for comparison");

    private static string Truncate(string text, int length) => length >= text.Length || length < 0 ? text : text[..length];

    private static string Pad(string text, int before, int after) => text.Length == 0 ? text : new string(' ', Math.Max(0, before)) + text + new string(' ', Math.Max(0, after));

    private static JsonValue Length(JsonNode? value) => JsonValue.Create(value switch
    {
        JsonArray list => list.Count,
        JsonObject map => map.Count,
        null => throw TemplateError.Executing("len", "len of nil pointer"),
        _ => GoValue.Print(value).Length,
    });

    private static JsonNode? Index(JsonNode? value, JsonNode? key) => value switch
    {
        JsonArray list => (int)GoValue.Number(key) is >= 0 and int i && i < list.Count ? list[i] : throw TemplateError.Executing("index", $"index out of range: {GoValue.Print(key)}"),
        JsonObject map => map[GoValue.Print(key)],
        null => throw TemplateError.Executing("index", "index of untyped nil"),
        _ => throw TemplateError.Executing("index", "can't index item of this type"),
    };

    private static JsonNode? Slice(JsonNode? value, int[] bounds)
    {
        int length = value is JsonArray all ? all.Count : GoValue.Print(value).Length;
        int from = bounds.Length > 0 ? bounds[0] : 0, to = bounds.Length > 1 ? bounds[1] : length;
        if (from < 0 || to < from || to > length)
            throw TemplateError.Executing("slice", $"index out of range: {(to > length ? to : from)}");
        return value is JsonArray list ? new JsonArray([.. list.Skip(from).Take(to - from).Select(i => i?.DeepClone())]) : Text(GoValue.Print(value)[from..to]);
    }
}
