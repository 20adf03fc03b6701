using System.Text;
using System.Text.Json.Nodes;

namespace Slipway.Engine.Recording;

/// <summary>A tree of objects, lists and values as YAML 1.2 in block style. Text that could be read as something else stands in double quotes, as in JSON.</summary>
internal static class YamlText
{
    public static string Write(JsonObject root)
    {
        var text = new StringBuilder();
        WriteMembers(text, root, 0);
        return text.ToString();
    }

    private static void WriteMembers(StringBuilder text, JsonObject members, int indent, bool first = false)
    {
        foreach ((string name, JsonNode? value) in members)
        {
            text.Append(' ', first ? 0 : indent).Append(Scalar(name)).Append(':');
            first = false;
            WriteValue(text, value, indent + 2);
        }
    }

    private static void WriteValue(StringBuilder text, JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } members:
                text.Append('\n');
                WriteMembers(text, members, indent);
                break;
            case JsonArray { Count: > 0 } items:
                text.Append('\n');
                foreach (JsonNode? item in items)
                    WriteItem(text, item, indent);
                break;
            default:
                text.Append(' ').Append(Leaf(value)).Append('\n');
                break;
        }
    }

    private static void WriteItem(StringBuilder text, JsonNode? item, int indent)
    {
        text.Append(' ', indent).Append("- ");
        if (item is JsonObject { Count: > 0 } members)
            WriteMembers(text, members, indent + 2, first: true);
        else
            text.Append(Leaf(item)).Append('\n');
    }

    private static string Leaf(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        JsonValue v when v.TryGetValue(out string? word) => Scalar(word),
        JsonValue v when v.TryGetValue(out bool truth) => truth ? "true" : "false",
        JsonNode v => v.ToJsonString(Inspecting.InspectJson.Compact),
    };

    // Plain where it begins with a letter or a slash, holds nothing that YAML knows, and is none of its words.
    private static string Scalar(string text)
    {
        bool plain = text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] == '/') && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/')
            && text.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n");
        return plain ? text : JsonValue.Create(text).ToJsonString(Inspecting.InspectJson.Compact);
    }
}
