using System.Text;

namespace Slipway.Build.Dockerfile.Expansion;

/// <summary>What expansion does with quotes and escapes, which depends on what the word is for.</summary>
internal enum QuoteMode
{
    /// <summary>They act and vanish, as in a shell.</summary>
    Remove,

    /// <summary>Quotes act and vanish; escapes act on <c>$</c> and quotes and otherwise stay, for a pattern to read.</summary>
    KeepEscapes,

    /// <summary>Quotes are plain text, escapes act: for here-documents.</summary>
    Document,
}

/// <summary>A word that can't be expanded; the caller knows the line.</summary>
internal sealed class ExpansionException(string message) : Exception(message);

/// <summary>
/// Expands variables in one word: <c>$v ${v} ${v:-w} ${v-w} ${v:+w} ${v+w} ${v:?m} ${v?m} ${v#p} ${v##p} ${v%p} ${v%%p} ${v/p/r} ${v//p/r}</c>
/// (Dockerfile reference, environment replacement; POSIX shell 2.6.2). Values are text, never expanded again.
/// </summary>
internal sealed class WordExpander(char escape, Func<string, string?> lookup)
{
    /// <summary>Characters of the longest result: a few lines that double a variable must not fill the memory.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Deepest nesting of <c>${a:-${b:-…}}</c>.</summary>
    public const int MaxDepth = 100;

    private readonly SortedSet<string> _unset = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _used = new(StringComparer.Ordinal);
    private string _text = "";
    private int _at;
    private int _depth;
    private QuoteMode _mode;

    /// <summary>Names that were used without a default and have no value.</summary>
    public IReadOnlyCollection<string> Unset => _unset;

    /// <summary>Names that were used and have a value.</summary>
    public IReadOnlyCollection<string> Used => _used;

    /// <summary>The word with its variables replaced.</summary>
    /// <exception cref="ExpansionException">Unclosed quote or brace, unknown form, <c>${v?m}</c> of an unset variable, too long or too deep.</exception>
    public string Expand(string word, QuoteMode mode = QuoteMode.Remove)
    {
        (_text, _at, _depth, _mode) = (word, 0, 0, mode);
        return Until('\0');
    }

    // Reads up to the stop character, which it leaves in place; '\0' means the end of the text.
    private string Until(char stop)
    {
        if (++_depth > MaxDepth)
            throw new ExpansionException($"substitution nested deeper than {MaxDepth}");
        var result = new StringBuilder();
        while (_at < _text.Length && !(stop != '\0' && _text[_at] == stop))
        {
            char c = _text[_at];
            if (c == '\'' && _mode != QuoteMode.Document)
                SingleQuoted(result);
            else if (c == '"' && _mode != QuoteMode.Document)
                DoubleQuoted(result);
            else if (c == '$')
                Add(result, Dollar());
            else if (c == escape)
                Escaped(result);
            else
                Add(result, _text[_at++]);
        }
        if (stop != '\0' && _at >= _text.Length)
            throw new ExpansionException($"missing '{stop}' in substitution");
        _depth--;
        return result.ToString();
    }

    private void Escaped(StringBuilder result)
    {
        _at++;
        char next = _at < _text.Length ? _text[_at++] : escape;
        bool acts = _mode switch
        {
            QuoteMode.KeepEscapes => next is '$' or '"' or '\'',
            _ => true,
        };
        if (!acts)
            Add(result, escape);
        Add(result, next);
    }

    private void SingleQuoted(StringBuilder result)
    {
        int end = _text.IndexOf('\'', _at + 1);
        if (end < 0)
            throw new ExpansionException("unexpected end of statement while looking for the matching single quote");
        Add(result, _text.AsSpan(_at + 1, end - _at - 1));
        _at = end + 1;
    }

    private void DoubleQuoted(StringBuilder result)
    {
        _at++;
        while (_at < _text.Length && _text[_at] != '"')
        {
            char c = _text[_at];
            if (c == '$')
            {
                Add(result, Dollar());
                continue;
            }
            // Between double quotes only these three can be escaped; before anything else the escape character is text.
            if (c == escape && _at + 1 < _text.Length && (_text[_at + 1] is '"' or '$' || _text[_at + 1] == escape))
                _at++;
            Add(result, _text[_at++]);
        }
        if (_at >= _text.Length)
            throw new ExpansionException("unexpected end of statement while looking for the matching double quote");
        _at++;
    }

    private string Dollar()
    {
        _at++;
        if (_at < _text.Length && _text[_at] == '{')
            return Braced();
        string name = Name();
        return name.Length == 0 ? "$" : Value(name) ?? Missing(name);
    }

    private string Braced()
    {
        _at++;
        string name = Name();
        if (name.Length == 0)
            throw new ExpansionException("bad substitution: '${' is not followed by a name");
        char form = Next();
        if (form == '}')
            return Value(name) ?? Missing(name);
        if (form is '#' or '%' or '/')
            return Pattern(name, form);
        bool emptyIsUnset = form == ':';
        form = emptyIsUnset ? Next() : form;
        if (form is not ('-' or '+' or '?'))
            throw new ExpansionException($"unsupported modifier ({(emptyIsUnset ? ":" : "")}{form}) in substitution");
        string word = Until('}');
        _at++;
        string? value = Value(name);
        bool isSet = value is not null && !(emptyIsUnset && value.Length == 0);
        return form switch
        {
            '-' => isSet ? value! : word,
            '+' => isSet ? word : "",
            _ => isSet ? value! : throw new ExpansionException($"{name}: {(word.Length > 0 ? word : emptyIsUnset ? "not set or empty" : "not set")}"),
        };
    }

    private string Pattern(string name, char form)
    {
        bool doubled = _at < _text.Length && _text[_at] == form;
        if (doubled)
            _at++;
        // The pattern needs its escapes; its quotes act as everywhere.
        QuoteMode outer = _mode;
        _mode = outer == QuoteMode.Document ? QuoteMode.Document : QuoteMode.KeepEscapes;
        string pattern = form == '/' ? UntilSlash() : Until('}');
        _mode = outer;
        string replacement = "";
        if (form == '/' && _text[_at] == '/')
        {
            _at++;
            replacement = Until('}');
        }
        _at++;
        string value = Value(name) ?? Missing(name);
        return form switch
        {
            '#' => ShellPattern.RemovePrefix(value, pattern, escape, longest: doubled),
            '%' => ShellPattern.RemoveSuffix(value, pattern, escape, longest: doubled),
            _ => ShellPattern.Replace(value, pattern, escape, replacement, all: doubled, MaxLength),
        };
    }

    // The pattern of ${v/p/r} ends at a slash, or at the brace when there is no replacement.
    private string UntilSlash()
    {
        int at = _at, depth = 0;
        for (; at < _text.Length; at++)
        {
            char c = _text[at];
            if (c == escape)
                at++;
            else if (c == '{')
                depth++;
            else if (c == '}' && depth-- == 0)
                break;
            else if (c == '/' && depth == 0)
                break;
        }
        if (at >= _text.Length)
            throw new ExpansionException("missing '}' in substitution");
        return Until(_text[at]);
    }

    private string Name()
    {
        int start = _at;
        if (_at < _text.Length && "@*#?-$!".Contains(_text[_at], StringComparison.Ordinal))
            return _text[_at++..(start + 1)];
        // A name that begins with a digit is a shell's parameter: all its digits and nothing else.
        if (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
                _at++;
            return _text[start.._at];
        }
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
            _at++;
        return _text[start.._at];
    }

    private char Next() => _at < _text.Length ? _text[_at++] : throw new ExpansionException("missing '}' in substitution");

    private string? Value(string name)
    {
        string? value = lookup(name);
        if (value is not null)
            _used.Add(name);
        return value;
    }

    private string Missing(string name)
    {
        _unset.Add(name);
        return "";
    }

    private static void Add(StringBuilder result, ReadOnlySpan<char> text)
    {
        if (result.Length + text.Length > MaxLength)
            throw new ExpansionException($"the result is longer than {MaxLength} characters");
        result.Append(text);
    }

    private static void Add(StringBuilder result, char c) => Add(result, new ReadOnlySpan<char>(in c));
}
