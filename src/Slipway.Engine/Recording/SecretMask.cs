using System.Buffers;

namespace Slipway.Engine.Recording;

/// <summary>
/// Hides what is called like a secret. The rule: a name is split into words at everything but letters and digits; it is a secret's where a word
/// ends in PASSWORD, PASSWD, PASSPHRASE, SECRET, TOKEN, CREDENTIAL or APIKEY (also with an S), or is PASS, PWD, AUTH, KEY or KEYS. Names that
/// end in FILE, PATH or DIR hold a place, and <c>PWD</c> alone is the working directory. In a URL the password before the @ is one, whatever its name.
/// </summary>
public static class SecretMask
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Hidden = "********";

    private static readonly string[] s_endings = ["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "CREDENTIAL", "APIKEY"];
    private static readonly string[] s_words = ["PASS", "PWD", "AUTH", "KEY", "KEYS"];
    private static readonly SearchValues<char> s_endOfHost = SearchValues.Create("/?# \"'");

    /// <summary>Whether what has this name is a secret.</summary>
    public static bool IsSecret(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string upper = name.ToUpperInvariant();
        if (upper == "PWD")
            return false;
        string[] words = [.. Words(upper)];
        return words is not [.., "FILE" or "PATH" or "DIR"] && Array.Exists(words, IsSecretWord);
    }

    /// <summary><c>NAME=value</c>, or an argument such as <c>--token=value</c>, without its secret.</summary>
    public static string Pair(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && equals < text.Length - 1 && IsSecret(text[..equals]) ? text[..(equals + 1)] + Hidden : Urls(text);
    }

    /// <summary>A command's arguments without secrets: <c>--password=value</c>, and <c>--password value</c>.</summary>
    public static IReadOnlyList<string> Arguments(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var shown = new string[arguments.Count];
        for (int i = 0; i < shown.Length; i++)
        {
            bool named = i > 0 && arguments[i - 1].StartsWith('-') && !arguments[i - 1].Contains('=', StringComparison.Ordinal) && IsSecret(arguments[i - 1]);
            // A line for a shell is one argument with several words.
            shown[i] = named && !arguments[i].StartsWith('-') ? Hidden : Line(arguments[i]);
        }
        return shown;
    }

    /// <summary>A line for a shell without secrets, word for word.</summary>
    public static string Line(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (!line.AsSpan().ContainsAny(' ', '\n', ';'))
            return Pair(line);
        var shown = new System.Text.StringBuilder(line.Length);
        bool next = false;
        for (int at = 0; at < line.Length;)
        {
            int end = at;
            bool blank = IsBlank(line[at]);
            while (end < line.Length && IsBlank(line[end]) == blank)
                end++;
            string word = line[at..end];
            shown.Append(blank ? word : next && !word.StartsWith('-') ? Hidden : Pair(word));
            if (!blank)
                next = word.StartsWith('-') && !word.Contains('=', StringComparison.Ordinal) && IsSecret(word);
            at = end;
        }
        return shown.ToString();
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or ';';

    // scheme://user:PASSWORD@host (RFC 3986, section 3.2.1).
    private static string Urls(string text)
    {
        for (int from = 0; text.IndexOf("://", from, StringComparison.Ordinal) is >= 0 and var scheme; from = scheme + 3)
        {
            int start = scheme + 3, length = text.AsSpan(start).IndexOfAny(s_endOfHost);
            ReadOnlySpan<char> authority = length < 0 ? text.AsSpan(start) : text.AsSpan(start, length);
            int at = authority.LastIndexOf('@');
            int colon = at < 0 ? -1 : authority[..at].IndexOf(':');
            if (colon >= 0 && colon + 1 < at)
                text = string.Concat(text.AsSpan(0, start + colon + 1), Hidden, text.AsSpan(start + at));
        }
        return text;
    }

    private static IEnumerable<string> Words(string name)
    {
        for (int at = 0; at < name.Length;)
        {
            int end = at;
            while (end < name.Length && char.IsAsciiLetterOrDigit(name[end]))
                end++;
            if (end > at)
                yield return name[at..end];
            at = end + 1;
        }
    }

    private static bool IsSecretWord(string word) => s_words.Contains(word) || Array.Exists(s_endings, e => word.EndsWith(e, StringComparison.Ordinal) || word.EndsWith(e + "S", StringComparison.Ordinal));
}
