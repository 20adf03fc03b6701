using System.Text;

namespace Slipway.Monitor.Commands;

/// <summary>JSON for people to edit.</summary>
internal static class JsonText
{
    /// <summary>The same document with a line for each member and element, as tabs and newlines.</summary>
    public static string Indent(ReadOnlySpan<byte> document)
    {
        var text = new StringBuilder();
        int depth = 0;
        bool inString = false, escaped = false;
        foreach (char c in Encoding.UTF8.GetString(document))
        {
            if (inString || c == '"')
            {
                text.Append(c);
                inString = !inString || c != '"' || escaped;
                escaped = inString && c == '\\' && !escaped;
            }
            else if (c is '{' or '[')
            {
                NewLine(text.Append(c), ++depth);
            }
            else if (c is '}' or ']')
            {
                NewLine(text, --depth).Append(c);
            }
            else if (c == ',')
            {
                NewLine(text.Append(c), depth);
            }
            else
            {
                text.Append(c).Append(c == ':' ? " " : "");
            }
        }
        return text.ToString();
    }

    private static StringBuilder NewLine(StringBuilder text, int depth) => text.Append('\n').Append('\t', depth);
}
