namespace Slipway.Build.Context;

/// <summary>Pattern text to tokens.</summary>
internal static class GlobReader
{
    public static GlobToken[] Read(string pattern, bool doubleStar)
    {
        var tokens = new List<GlobToken>(pattern.Length);
        for (int at = 0; at < pattern.Length;)
        {
            GlobToken token = pattern[at] switch
            {
                '*' => Star(pattern, ref at, doubleStar),
                '?' => new(GlobKind.AnyInName, pattern[at++]),
                '[' => Class(pattern, ref at),
                _ => new(GlobKind.Character, Character(pattern, ref at)),
            };
            bool repeats = tokens.Count > 0 && token.Kind == tokens[^1].Kind && token.Kind is (GlobKind.RunInName or GlobKind.RunOfAll);
            if (!repeats)
                tokens.Add(token);
        }
        return [.. tokens];
    }

    private static GlobToken Star(string pattern, ref int at, bool doubleStar)
    {
        at++;
        if (!doubleStar || at >= pattern.Length || pattern[at] != '*')
            return new(GlobKind.RunInName);
        at++;
        if (at < pattern.Length && pattern[at] == '/')
            at++;
        return new(at == pattern.Length ? GlobKind.RunOfAll : GlobKind.Directories);
    }

    private static GlobToken Class(string pattern, ref int at)
    {
        at++;
        bool negated = at < pattern.Length && pattern[at] == '^';
        if (negated)
            at++;
        var ranges = new List<(char, char)>();
        while (at < pattern.Length && (pattern[at] != ']' || ranges.Count == 0))
        {
            if (pattern[at] is '-' or ']')
                throw Bad(pattern);
            char low = Character(pattern, ref at), high = low;
            if (at < pattern.Length && pattern[at] == '-')
            {
                at++;
                if (at < pattern.Length && pattern[at] is ('-' or ']'))
                    throw Bad(pattern);
                high = Character(pattern, ref at);
            }
            ranges.Add((low, high));
        }
        if (at++ >= pattern.Length)
            throw Bad(pattern);
        return new(GlobKind.Class, Negated: negated, Ranges: ranges);
    }

    private static char Character(string pattern, ref int at)
    {
        if (at < pattern.Length && pattern[at] == '\\')
            at++;
        return at < pattern.Length ? pattern[at++] : throw Bad(pattern);
    }

    private static FormatException Bad(string pattern) => new($"syntax error in pattern '{pattern}'");
}
