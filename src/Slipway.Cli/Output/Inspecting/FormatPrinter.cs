using System.Text.Json.Nodes;
using Slipway.Cli.Templates;

namespace Slipway.Cli.Output.Inspecting;

/// <summary>Prints one thing by <c>--format</c>: a template, or <c>json</c>.</summary>
internal static class FormatPrinter
{
    public static int Print(JsonObject thing, string format)
    {
        Console.Out.WriteLine(Template.Parse(format == "json" ? "{{json .}}" : format).Render(thing));
        return 0;
    }
}
