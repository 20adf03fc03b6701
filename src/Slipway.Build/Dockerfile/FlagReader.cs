using System.Text;

namespace Slipway.Build.Dockerfile;

/// <summary>Takes the leading <c>--name=value</c> words off an instruction's arguments. A word <c>--</c> ends them.</summary>
internal static class FlagReader
{
    public static (List<FlagNode> Flags, string Arguments) Read(string text, char escape, Func<string, Exception> error)
    {
        var flags = new List<FlagNode>();
        int at = 0;
        while (true)
        {
            at = SkipBlanks(text, at);
            if (string.CompareOrdinal(text, at, "--", 0, 2) != 0)
                return (flags, text[at..]);
            (string word, at) = ReadWord(text, at, escape);
            if (word == "--")
                return (flags, text[SkipBlanks(text, at)..]);
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? word[2..] : word[2..equals];
            if (name.Length == 0)
                throw error($"invalid flag '{word}': it has no name");
            flags.Add(new(name, equals < 0 ? null : word[(equals + 1)..]));
        }
    }

    // A flag's quotes group blanks and then vanish; variables in it are expanded later.
    private static (string Word, int Next) ReadWord(string text, int at, char escape)
    {
        var word = new StringBuilder();
        char quote = '\0';
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (quote == '\0' && Words.Blanks.Contains(c))
                break;
            if (c == escape && quote != '\'' && at + 1 < text.Length && (text[at + 1] is '"' or '\'' || text[at + 1] == escape || Words.Blanks.Contains(text[at + 1])))
                word.Append(text[++at]);
            else if (c == quote)
                quote = '\0';
            else if (quote == '\0' && c is ('"' or '\''))
                quote = c;
            else
                word.Append(c);
        }
        return (word.ToString(), at);
    }

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length && Words.Blanks.Contains(text[at]))
            at++;
        return at;
    }
}
