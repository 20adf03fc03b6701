namespace Slipway.Engine.Filters;

/// <summary>Patterns of shell file names, as Go's <c>path.Match</c> reads them: <c>*</c> and <c>?</c> stop at a slash, <c>[a-c]</c>, <c>[^a]</c>, <c>\*</c>.</summary>
public static class PathPattern
{
    /// <summary>Whether the whole name fits; a pattern that is none fits nothing.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        // One star at a time can be longer than it is: with a later one in reach, what an earlier one took is settled. So this is never slow.
        int star = -1, taken = 0, p = 0, n = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                taken = n;
            }
            else if (p < pattern.Length && TryOne(pattern[p..], name[n], out int length))
            {
                p += length;
                n++;
            }
            else if (star >= 0 && name[taken] != '/')
            {
                n = ++taken;
                p = star + 1;
            }
            else
            {
                return false;
            }
        }
        return pattern[p..].Trim('*').IsEmpty;
    }

    // What one character of the name has to fit.
    private static bool TryOne(ReadOnlySpan<char> pattern, char c, out int length)
    {
        length = 1;
        switch (pattern[0])
        {
            case '?':
                return c != '/';
            case '[':
                return TryClass(pattern, c, out length);
            case '\\' when pattern.Length > 1:
                length = 2;
                return pattern[1] == c;
            default:
                return pattern[0] == c;
        }
    }

    private static bool TryClass(ReadOnlySpan<char> pattern, char c, out int length)
    {
        bool negated = pattern.Length > 1 && pattern[1] == '^', found = false;
        int at = negated ? 2 : 1, first = at;
        while (at < pattern.Length && (pattern[at] != ']' || at == first))
        {
            if (Literal(pattern, ref at) is not { } low)
                break;
            char high = low;
            if (at + 1 < pattern.Length && pattern[at] == '-')
            {
                at++;
                high = Literal(pattern, ref at) ?? low;
            }
            found |= c >= low && c <= high;
        }
        length = at + 1;
        return at < pattern.Length && found != negated && c != '/';
    }

    private static char? Literal(ReadOnlySpan<char> pattern, ref int at)
    {
        if (pattern[at] == '\\')
            at++;
        return at < pattern.Length ? pattern[at++] : null;
    }
}
