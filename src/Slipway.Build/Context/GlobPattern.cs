namespace Slipway.Build.Context;

/// <summary>
/// A pattern of Go's <c>filepath.Match</c>, for the whole text: <c>*</c> and <c>?</c> stop at a slash, <c>[a-z]</c>, <c>[^a]</c>, a backslash
/// escapes. With <c>doubleStar</c> also the <c>**</c> of ignore files. Matching follows all possibilities at once and so is
/// linear in the text, whatever the pattern.
/// </summary>
internal sealed class GlobPattern
{
    private readonly GlobToken[] _tokens;
    private readonly string? _literal;

    private GlobPattern(GlobToken[] tokens)
    {
        _tokens = tokens;
        if (tokens.All(token => token.Kind == GlobKind.Character))
            _literal = string.Concat(tokens.Select(token => token.Character));
    }

    /// <summary>The text that this pattern alone matches; null where it has wildcards.</summary>
    public string? Literal => _literal;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">A bracket that isn't closed or holds nothing, an escape at the end.</exception>
    public static GlobPattern Parse(string pattern, bool doubleStar = false) => new(GlobReader.Read(pattern, doubleStar));

    /// <summary>Whether the whole text matches.</summary>
    public bool IsMatch(string text)
    {
        if (_literal is not null)
            return text == _literal;
        var now = new bool[_tokens.Length + 1];
        var next = new bool[_tokens.Length + 1];
        Reach(now, 0);
        for (int i = 0; i < text.Length; i++)
        {
            if (!Step(now, next, text[i]))
                return false;
            (now, next) = (next, now);
            Array.Clear(next);
        }
        return now[^1];
    }

    private bool Step(bool[] now, bool[] next, char c)
    {
        bool alive = false;
        for (int place = 0; place < _tokens.Length; place++)
        {
            if (!now[place])
                continue;
            GlobToken token = _tokens[place];
            switch (token.Kind)
            {
                case GlobKind.RunInName when c != '/':
                case GlobKind.RunOfAll:
                    Reach(next, place);
                    alive = true;
                    break;
                case GlobKind.Directories:
                    // Within the run; a slash may also end it.
                    next[place] = alive = true;
                    if (c == '/')
                        Reach(next, place + 1);
                    break;
                default:
                    if (token.Accepts(c))
                    {
                        Reach(next, place + 1);
                        alive = true;
                    }
                    break;
            }
        }
        return alive;
    }

    // What may be empty is also passed at once; only the start of a run of directories may be skipped so.
    private void Reach(bool[] places, int place)
    {
        while (true)
        {
            places[place] = true;
            if (place == _tokens.Length || _tokens[place].Kind is not (GlobKind.RunInName or GlobKind.RunOfAll or GlobKind.Directories))
                return;
            place++;
        }
    }
}
