using System.Text.Json.Nodes;
using Slipway.Cli.Templates;

namespace Slipway.Cli.Output;

/// <summary>One row of a list, as templates see it. What a template doesn't ask for is not made.</summary>
/// <param name="Field">The text of a field by docker's name.</param>
/// <param name="Labels">For <c>{{.Label "key"}}</c>.</param>
internal sealed record ListRow(Func<string, string> Field, Func<IReadOnlyDictionary<string, string>?> Labels);

/// <summary>
/// Lists as docker prints them, by <c>--format</c>: null or <c>table</c> for the usual columns, <c>table TEMPLATE</c> for others, <c>json</c>
/// for an object a line, or a template for each row.
/// </summary>
/// <param name="columns">The usual columns, as a template with <c>\t</c> between them.</param>
/// <param name="headings">By field: all fields there are.</param>
internal sealed class ListPrinter(string columns, IReadOnlyDictionary<string, string> headings)
{
    private const string TablePrefix = "table";

    /// <summary>Whether nothing is cut at a narrow terminal: <c>--no-trunc</c>.</summary>
    public bool KeepsAll { get; init; }

    /// <summary>A field of our own columns, which docker doesn't have: <c>json</c> leaves it out.</summary>
    public string? Own { get; init; }

    public void Print(string? format, IEnumerable<ListRow> rows)
    {
        format = (string.IsNullOrEmpty(format) ? TablePrefix : format).Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal);
        if (format == "json")
            format = "{{json .}}";
        if (format == TablePrefix || format.StartsWith(TablePrefix + " ", StringComparison.Ordinal))
        {
            PrintTable(format == TablePrefix ? columns : format[TablePrefix.Length..].TrimStart(), rows);
            return;
        }
        var template = Template.Parse(format);
        StandardOutput.WriteLines(rows.Select(row => Render(template, row)));
    }

    /// <summary>Whether a format asks for one of these fields.</summary>
    public static bool Asks(string? format, params ReadOnlySpan<string> fields)
    {
        foreach (string field in fields)
        {
            if (format is not null && (format.Contains("." + field, StringComparison.Ordinal) || format.Contains("json", StringComparison.Ordinal)))
                return true;
        }
        return false;
    }

    private void PrintTable(string format, IEnumerable<ListRow> rows)
    {
        var template = Template.Parse(format);
        var names = new JsonObject(headings.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)JsonValue.Create(h.Value))));
        string heading = template.Render(names, new Dictionary<string, TemplateMethod> { ["Label"] = key => JsonValue.Create(key[(key.LastIndexOf('.') + 1)..]) });
        var table = new Table(heading.Split('\t')) { KeepsAll = KeepsAll };
        foreach (ListRow row in rows)
            table.Add(Render(template, row).Split('\t'));
        table.Print();
    }

    private string Render(Template template, ListRow row) => template.IsPlain(headings.Keys)
        ? template.RenderPlain(row.Field)
        : template.Render(
            new JsonObject(headings.Keys.Where(name => name != Own).Order(StringComparer.Ordinal).Select(name => KeyValuePair.Create(name, (JsonNode?)JsonValue.Create(row.Field(name))))),
            new Dictionary<string, TemplateMethod> { ["Label"] = key => JsonValue.Create(row.Labels()?.GetValueOrDefault(key) ?? "") });
}
