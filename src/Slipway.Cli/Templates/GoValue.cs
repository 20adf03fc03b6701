using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Cli.Templates;

/// <summary>Values as Go's templates see and print them.</summary>
internal static class GoValue
{
    /// <summary>As <c>fmt.Print</c> does: lists in brackets, maps sorted as <c>map[k:v]</c>, nothing as <c>&lt;no value&gt;</c>.</summary>
    public static string Print(JsonNode? value, string nothing = "<no value>") => value switch
    {
        null => nothing,
        JsonArray list => $"[{string.Join(' ', list.Select(i => Print(i, "<nil>")))}]",
        JsonObject map => $"map[{string.Join(' ', Sorted(map).Select(p => $"{p.Key}:{Print(p.Value, "<nil>")}"))}]",
        _ when value.GetValueKind() is JsonValueKind.String => value.GetValue<string>(),
        _ => value.ToJsonString(),
    };

    /// <summary>What an <c>if</c> takes for true: anything that isn't false, zero, empty or nothing.</summary>
    public static bool IsTrue(JsonNode? value) => value switch
    {
        null => false,
        JsonArray list => list.Count > 0,
        JsonObject map => map.Count > 0,
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>().Length > 0,
            JsonValueKind.Number => Number(value) != 0,
            var kind => kind == JsonValueKind.True,
        },
    };

    /// <summary>A map's members as a range visits them.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Sorted(JsonObject map) => map.OrderBy(p => p.Key, StringComparer.Ordinal);

    /// <summary>A number's value; text that isn't one is 0.</summary>
    public static double Number(JsonNode? value) =>
        value is not null && double.TryParse(value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : 0;

    /// <summary>Negative, 0 or positive; null where the two can't be compared.</summary>
    public static int? Compare(JsonNode? left, JsonNode? right) => (left?.GetValueKind(), right?.GetValueKind()) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => Number(left).CompareTo(Number(right)),
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(left!.GetValue<string>(), right!.GetValue<string>()),
        (JsonValueKind.True or JsonValueKind.False, JsonValueKind.True or JsonValueKind.False) => left!.GetValue<bool>().CompareTo(right!.GetValue<bool>()),
        (null, null) => 0,
        _ => null,
    };
}
