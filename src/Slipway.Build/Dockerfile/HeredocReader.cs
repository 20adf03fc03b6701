using System.Text;

namespace Slipway.Build.Dockerfile;

/// <summary>Finds <c>&lt;&lt;NAME</c> words and the documents they announce, with the shell's rules for quoting and tabs.</summary>
internal static class HeredocReader
{
    /// <summary>Here-documents exist for RUN, COPY and ADD, and for those behind ONBUILD; never in exec form.</summary>
    public static bool MayHave(string keyword, string arguments)
    {
        if (keyword == "ONBUILD")
            keyword = Words.AtBlanks(arguments).FirstOrDefault("").ToUpperInvariant();
        return keyword is "RUN" or "COPY" or "ADD" && arguments.Contains("<<", StringComparison.Ordinal) && Words.TryJson(arguments) is null;
    }

    /// <summary>The announced documents, without content.</summary>
    public static IReadOnlyList<Heredoc> Announced(string arguments, char escape)
    {
        List<string> words = Words.Quoted(arguments, escape);
        // `<< NAME`: a blank may stand between.
        for (int i = 0; i + 1 < words.Count; i++)
        {
            if (words[i].EndsWith("<<", StringComparison.Ordinal) || words[i].EndsWith("<<-", StringComparison.Ordinal))
            {
                words[i] += words[i + 1];
                words.RemoveAt(i + 1);
            }
        }
        return [.. words.Select(TryParse).OfType<Heredoc>()];
    }

    /// <summary>The lines from <paramref name="from"/> to the delimiter, and the index of the line behind it; null where the file ends first.</summary>
    public static (string Content, int Next)? ReadContent(DockerfileSource source, int from, Heredoc heredoc)
    {
        var content = new StringBuilder();
        for (int i = from; i < source.Lines.Count; i++)
        {
            string line = source.Lines[i];
            if ((heredoc.StripTabs ? line.TrimStart('\t') : line) == heredoc.Name)
                return (content.ToString(), i + 1);
            content.Append(line).Append(source.EndOf(i));
        }
        return null;
    }

    /// <summary>Reads one word as <c>[N]&lt;&lt;[-]NAME</c>; null where it is something else, or more than that.</summary>
    public static Heredoc? TryParse(string word)
    {
        int at = word.IndexOf("<<", StringComparison.Ordinal);
        if (at < 0 || !word.AsSpan(0, at).ContainsOnlyDigits())
            return null;
        int descriptor = at == 0 ? 0 : int.TryParse(word.AsSpan(0, at), out int number) ? number : -1;
        string rest = word[(at + 2)..];
        bool strip = rest.StartsWith('-');
        rest = (strip ? rest[1..] : rest).TrimStart();
        string name = rest.Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal);
        // <<< is a shell's here-string, which belongs to the shell.
        if (descriptor < 0 || name.Length == 0 || rest.Contains('<', StringComparison.Ordinal) || name.AsSpan().ContainsAny(Words.Blanks))
            return null;
        return new(name, Expand: name == rest, strip, descriptor, "");
    }

    private static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
