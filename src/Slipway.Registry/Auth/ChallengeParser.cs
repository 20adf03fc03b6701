using System.Text;

namespace Slipway.Registry.Auth;

/// <summary>
/// Reads WWW-Authenticate. What is malformed ends the reading there: what was whole before it counts. Bounded in length and number, since a
/// registry may write anything.
/// </summary>
internal ref struct ChallengeParser
{
    private const int MaxLength = 8192, MaxChallenges = 16, MaxParameters = 16;
    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private ChallengeParser(ReadOnlySpan<char> text) => _text = text;

    public static IReadOnlyList<Challenge> Parse(IEnumerable<string> headers)
    {
        List<Challenge> found = [];
        foreach (string header in headers.Where(h => h.Length <= MaxLength))
        {
            new ChallengeParser(header).ReadAll(found);
            if (found.Count >= MaxChallenges)
                break;
        }
        return found;
    }

    private void ReadAll(List<Challenge> found)
    {
        SkipSeparators();
        while (found.Count < MaxChallenges && ReadToken() is { Length: > 0 } scheme)
        {
            SkipSpaces();
            var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
            bool whole = ReadParameters(parameters);
            if (!whole)
                return;
            found.Add(new Challenge(scheme.ToLowerInvariant(), parameters));
            SkipSeparators();
        }
    }

    // name=value, name="value", … up to the next scheme, which is a word without '='. False where it can't be read or says a thing twice.
    private bool ReadParameters(Dictionary<string, string> parameters)
    {
        while (true)
        {
            int start = _at;
            SkipSeparators();
            string name = ReadToken();
            SkipSpaces();
            if (name.Length == 0 || !Take('='))
            {
                _at = start;
                return name.Length > 0 || _at >= _text.Length || IsRestBlank();
            }
            SkipSpaces();
            string? value = _at < _text.Length && _text[_at] == '"' ? ReadQuoted() : ReadToken();
            if (value is null || parameters.Count >= MaxParameters || !parameters.TryAdd(name.ToLowerInvariant(), value))
                return false;
        }
    }

    private string? ReadQuoted()
    {
        var value = new StringBuilder();
        for (_at++; _at < _text.Length; _at++)
        {
            char c = _text[_at];
            if (c == '"')
            {
                _at++;
                return value.ToString();
            }
            if (c == '\\' && _at + 1 < _text.Length)
                c = _text[++_at];
            value.Append(c);
        }
        return null;
    }

    private string ReadToken()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || "!#$%&'*+-.^_`|~/:?@".Contains(_text[_at], StringComparison.Ordinal)))
            _at++;
        return _text[start.._at].ToString();
    }

    private bool Take(char c)
    {
        if (_at >= _text.Length || _text[_at] != c)
            return false;
        _at++;
        return true;
    }

    private readonly bool IsRestBlank() => _text[_at..].Trim(" \t,").IsEmpty;

    private void SkipSpaces()
    {
        while (_at < _text.Length && (_text[_at] is ' ' or '\t'))
            _at++;
    }

    private void SkipSeparators()
    {
        while (_at < _text.Length && (_text[_at] is ' ' or '\t' or ','))
            _at++;
    }
}
