using System.Text;

namespace Slipway.Build.Dockerfile.Expansion;

/// <summary>
/// The patterns of <c>${v#p}</c> and its kin: <c>*</c>, <c>?</c>, an escape character. Matching keeps the set of all
/// places in the pattern that are possible, so it takes time in proportion to text times pattern whatever they are.
/// </summary>
internal sealed class ShellPattern
{
    private const int AnyOne = -1;
    private const int AnyRun = -2;

    // Places of the pattern times characters of the text: the most work that one line may ask for.
    private const long MaxWork = 1 << 26;
    private readonly int[] _tokens;

    private ShellPattern(int[] tokens) => _tokens = tokens;

    /// <summary><c>${v#p}</c>, <c>${v##p}</c>.</summary>
    public static string RemovePrefix(string value, string pattern, char escape, bool longest) =>
        value[Math.Max(0, Compile(pattern, escape, reversed: false).PrefixLength(value, longest))..];

    /// <summary><c>${v%p}</c>, <c>${v%%p}</c>: the same on both reversed.</summary>
    public static string RemoveSuffix(string value, string pattern, char escape, bool longest)
    {
        char[] backwards = value.ToCharArray();
        Array.Reverse(backwards);
        return value[..(value.Length - Math.Max(0, Compile(pattern, escape, reversed: true).PrefixLength(backwards, longest)))];
    }

    /// <summary><c>${v/p/r}</c>, <c>${v//p/r}</c>: the first match, or all from the left, each as long as can be. An empty match is none.</summary>
    public static string Replace(string value, string pattern, char escape, string replacement, bool all, int maxLength)
    {
        ShellPattern compiled = Compile(pattern, escape, reversed: false);
        var result = new StringBuilder();
        int from = 0;
        while (compiled.FindLeftmostLongest(value, from) is var (start, end))
        {
            result.Append(value, from, start - from).Append(replacement);
            if (result.Length > maxLength)
                throw new ExpansionException($"the result is longer than {maxLength} characters");
            from = end;
            if (!all)
                break;
        }
        return result.Append(value, from, value.Length - from).ToString();
    }

    private static ShellPattern Compile(string pattern, char escape, bool reversed)
    {
        var tokens = new List<int>(pattern.Length);
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == '*' && tokens.Count > 0 && tokens[^1] == AnyRun)
                continue;
            bool isEscape = c == escape && i + 1 < pattern.Length;
            tokens.Add(isEscape ? pattern[++i] : c switch { '*' => AnyRun, '?' => AnyOne, _ => c });
        }
        if (reversed)
            tokens.Reverse();
        return new([.. tokens]);
    }

    // Length of the shortest or longest prefix that matches; -1 where none does.
    private int PrefixLength(ReadOnlySpan<char> text, bool longest)
    {
        RefuseTooMuch(text);
        int found = -1;
        int[] origins = NoOrigins();
        Put(origins, 0, 0);
        for (int i = 0; ; i++)
        {
            if (origins[^1] >= 0)
                found = i;
            if (i == text.Length || (found >= 0 && !longest))
                return found;
            origins = Step(origins, text[i]);
        }
    }

    private (int Start, int End)? FindLeftmostLongest(ReadOnlySpan<char> text, int from)
    {
        RefuseTooMuch(text);
        (int Start, int End)? best = null;
        int[] origins = NoOrigins();
        for (int i = from; i <= text.Length; i++)
        {
            // A later start can't win any more once there is a match.
            if (best is null)
                Put(origins, 0, i);
            if (origins[^1] is int start and >= 0 && start < i && (best is null || start <= best.Value.Start))
                best = (start, i);
            if (i == text.Length || (best is not null && Array.TrueForAll(origins, o => o < 0 || o > best.Value.Start)))
                break;
            origins = Step(origins, text[i]);
        }
        return best;
    }

    private void RefuseTooMuch(ReadOnlySpan<char> text)
    {
        if ((long)_tokens.Length * text.Length > MaxWork)
            throw new ExpansionException("the pattern and the value are too long for a pattern substitution");
    }

    // origins[p]: the earliest start of a match that has come to place p of the pattern, or -1.
    private int[] NoOrigins()
    {
        var origins = new int[_tokens.Length + 1];
        Array.Fill(origins, -1);
        return origins;
    }

    private void Put(int[] origins, int place, int origin)
    {
        while (origins[place] < 0 || origin < origins[place])
        {
            origins[place] = origin;
            // A run may be empty: the place behind it is reached at once.
            if (place == _tokens.Length || _tokens[place] != AnyRun)
                return;
            place++;
        }
    }

    private int[] Step(int[] origins, char c)
    {
        int[] next = NoOrigins();
        for (int place = 0; place < _tokens.Length; place++)
        {
            if (origins[place] < 0)
                continue;
            int token = _tokens[place];
            if (token == AnyRun)
                Put(next, place, origins[place]);
            else if (token == AnyOne || token == c)
                Put(next, place + 1, origins[place]);
        }
        return next;
    }
}
