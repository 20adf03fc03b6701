using System.Text;
using System.Text.Json;

namespace Slipway.Build.Dockerfile;

/// <summary>The three ways in which arguments are cut into words: at blanks, at blanks outside of quotes, and as a JSON array.</summary>
internal static class Words
{
    /// <summary>What separates words.</summary>
    public const string Blanks = " \t\v\f\r";

    /// <summary>Cuts at blanks; quotes mean nothing.</summary>
    public static string[] AtBlanks(string text) => text.Split(Blanks.ToCharArray(), StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Cuts at blanks that are neither quoted nor escaped; quotes and escapes stay in the words.</summary>
    public static List<string> Quoted(string text, char escape)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote == '\0' && Blanks.Contains(c))
            {
                Flush(words, word);
                continue;
            }
            word.Append(c);
            // Nothing is escaped between single quotes.
            if (c == escape && quote != '\'' && i + 1 < text.Length)
                word.Append(text[++i]);
            else if (c == quote)
                quote = '\0';
            else if (quote == '\0' && c is ('"' or '\''))
                quote = c;
        }
        Flush(words, word);
        return words;
    }

    /// <summary>The strings of a JSON array of strings; null where the text is anything else, which then is shell form.</summary>
    public static string[]? TryJson(string text)
    {
        if (!text.StartsWith('['))
            return null;
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 2 });
            return [.. document.RootElement.EnumerateArray().Select(element => element.GetString() ?? throw new JsonException())];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void Flush(List<string> words, StringBuilder word)
    {
        if (word.Length == 0)
            return;
        words.Add(word.ToString());
        word.Clear();
    }
}
