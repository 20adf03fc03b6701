using System.Text.Json.Nodes;
using Slipway.Cli.Templates;
using Slipway.Oci;

namespace Slipway.Cli.Output.Inspecting;

/// <summary>Prints what <c>inspect</c> found: an array as docker does, or what a template picks of each.</summary>
internal static class InspectPrinter
{
    public static int Print(IReadOnlyList<string> names, string? format, Func<string, JsonObject> find)
    {
        var found = new JsonArray();
        int code = 0;
        foreach (string name in names)
        {
            try
            {
                found.Add((JsonNode)find(name));
            }
            catch (SlipwayException e)
            {
                code = ErrorReport.Print(e);
            }
        }
        if (format is null or "")
            Console.Out.WriteLine(found.ToJsonString(InspectJson.Indented));
        else
        {
            var template = Template.Parse(format == "json" ? "{{json .}}" : format);
            foreach (JsonNode? item in found)
                Console.Out.WriteLine(template.Render(item));
        }
        return code;
    }
}
