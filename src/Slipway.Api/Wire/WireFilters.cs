using System.Text;
using System.Text.Json;

namespace Slipway.Api.Wire;

/// <summary>
/// The <c>filters</c> parameter: <c>{"name":["web"]}</c>, as the specification says, or <c>{"name":{"web":true}}</c>, as docker's own client writes it.
/// </summary>
internal static class WireFilters
{
    /// <summary>As the engine takes them: <c>key=value</c>.</summary>
    /// <exception cref="ApiException">400: neither form.</exception>
    public static IReadOnlyList<string> Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetBytes(text));
            if (document.RootElement.ValueKind is JsonValueKind.Null)
                return [];
            List<string> filters = [];
            foreach (JsonProperty key in document.RootElement.EnumerateObject())
                filters.AddRange(ValuesOf(key.Value).Select(value => $"{key.Name}={value}"));
            return filters;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw ApiException.BadRequest($"invalid filter: '{Linux.Printable.Escape(text.Length > 100 ? text[..100] + "…" : text)}' is not an object of lists");
        }
    }

    private static List<string> ValuesOf(JsonElement values) => values.ValueKind switch
    {
        JsonValueKind.Array => [.. values.EnumerateArray().Select(v => v.GetString()!)],
        JsonValueKind.Object => [.. values.EnumerateObject().Where(v => v.Value.GetBoolean()).Select(v => v.Name)],
        JsonValueKind.Null => [],
        _ => throw new InvalidOperationException(),
    };
}
