using System.Text;

namespace Slipway.Build.Dockerfile;

/// <summary>One line of comma-separated values, as flags such as <c>--mount</c> have them: a field in double quotes may hold commas.</summary>
public static class CsvFields
{
    /// <summary>The fields, quotes removed.</summary>
    /// <exception cref="FormatException">A quote that isn't closed, or something behind a closed one.</exception>
    public static IReadOnlyList<string> Read(string text)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        int at = 0;
        while (true)
        {
            if (at < text.Length && text[at] == '"')
                at = Quoted(text, at + 1, field);
            else
                for (; at < text.Length && text[at] != ','; at++)
                    field.Append(text[at]);
            fields.Add(field.ToString());
            field.Clear();
            if (at >= text.Length)
                return fields;
            if (text[at] != ',')
                throw new FormatException($"'{text}': there is text behind a closing quote");
            at++;
        }
    }

    // Two quotes are one.
    private static int Quoted(string text, int at, StringBuilder field)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] != '"')
                field.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"')
                field.Append(text[++at]);
            else
                return at + 1;
        }
        throw new FormatException($"'{text}': a quote is not closed");
    }
}
