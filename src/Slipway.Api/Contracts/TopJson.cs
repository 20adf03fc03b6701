using System.Text.Json.Nodes;
using Slipway.Engine.Inspecting;

namespace Slipway.Api.Contracts;

/// <summary><c>GET /containers/{id}/top</c>: the table that ps printed, as titles and rows. The last column has all that is left of its line.</summary>
internal static class TopJson
{
    public static JsonObject Of(string table)
    {
        string[] lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] titles = lines.Length == 0 ? [] : lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new()
        {
            ["Processes"] = new JsonArray([.. lines.Skip(1).Select(l => (JsonNode)InspectJson.List(Columns(l, titles.Length)))]),
            ["Titles"] = InspectJson.List(titles),
        };
    }

    private static List<string> Columns(string line, int count)
    {
        List<string> columns = new(count);
        ReadOnlySpan<char> rest = line.AsSpan().Trim();
        while (columns.Count < count - 1 && rest.IndexOf(' ') is >= 0 and int end)
        {
            columns.Add(rest[..end].ToString());
            rest = rest[end..].TrimStart();
        }
        columns.Add(rest.ToString());
        return columns;
    }
}
