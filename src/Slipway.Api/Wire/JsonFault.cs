using System.Text;

namespace Slipway.Api.Wire;

/// <summary>
/// Says what is wrong with a text that isn't JSON in the words of docker's own parser, Go's encoding/json: clients and their tests look for them.
/// Only for texts that <see cref="System.Text.Json"/> has refused.
/// </summary>
internal ref struct JsonFault
{
    private readonly ReadOnlySpan<byte> _text;
    private int _at;
    private string? _fault;

    private JsonFault(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>The sentence, without a prefix; null where this finds nothing wrong.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="maxDepth">How deep objects and lists may lie.</param>
    public static string? Of(ReadOnlySpan<byte> text, int maxDepth)
    {
        var fault = new JsonFault(text);
        fault.Value(maxDepth);
        return fault._fault;
    }

    /// <summary>Whether a value is followed by something else; what follows isn't read.</summary>
    public static bool HasMore(ReadOnlySpan<byte> text, int maxDepth)
    {
        var fault = new JsonFault(text);
        return fault.Value(maxDepth) && fault.Next() is not null;
    }

    private bool Value(int depth)
    {
        switch (Next())
        {
            case null:
                return Fail("unexpected EOF");
            case (byte)'{' when depth > 0:
                return Members(depth - 1, (byte)'}');
            case (byte)'[' when depth > 0:
                return Members(depth - 1, (byte)']');
            case (byte)'{' or (byte)'[':
                return Fail("exceeded max depth");
            case (byte)'"':
                return String();
            case (byte)'t':
                return Literal("true");
            case (byte)'f':
                return Literal("false");
            case (byte)'n':
                return Literal("null");
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                return Number();
            default:
                return Wrong("looking for beginning of value");
        }
    }

    private bool Members(int depth, byte end)
    {
        bool isObject = end == (byte)'}';
        _at++;
        if (Next() == end)
        {
            _at++;
            return true;
        }
        while (true)
        {
            if (isObject && !Key())
                return false;
            if (!Value(depth))
                return false;
            byte? after = Next();
            if (after is not ((byte)',' or (byte)'}' or (byte)']') || (after != (byte)',' && after != end))
                return Wrong(isObject ? "after object key:value pair" : "after array element");
            _at++;
            if (after == end)
                return true;
        }
    }

    private bool Key()
    {
        if (Next() is not (byte)'"')
            return Wrong("looking for beginning of object key string");
        if (!String())
            return false;
        if (Next() is not (byte)':')
            return Wrong("after object key");
        _at++;
        return true;
    }

    private bool String()
    {
        for (_at++; _at < _text.Length; _at++)
        {
            switch (_text[_at])
            {
                case (byte)'"':
                    _at++;
                    return true;
                case < 0x20:
                    return Wrong("in string literal");
                case (byte)'\\':
                    _at++;
                    if (_at == _text.Length)
                        return Fail("unexpected EOF");
                    if (!"\"\\/bfnrtu"u8.Contains(_text[_at]))
                        return Wrong("in string escape code");
                    if (_text[_at] == (byte)'u' && !Hexadecimal())
                        return false;
                    break;
            }
        }
        return Fail("unexpected EOF");
    }

    private bool Hexadecimal()
    {
        for (int digit = 0; digit < 4; digit++)
        {
            _at++;
            if (_at == _text.Length)
                return Fail("unexpected EOF");
            if (!char.IsAsciiHexDigit((char)_text[_at]))
                return Wrong("in \\u hexadecimal character escape");
        }
        return true;
    }

    private bool Literal(string word)
    {
        for (int i = 0; i < word.Length; i++, _at++)
        {
            if (_at == _text.Length)
                return Fail("unexpected EOF");
            if (_text[_at] != word[i])
                return Wrong($"in literal {word} (expecting '{word[i]}')");
        }
        return true;
    }

    private bool Number()
    {
        if (_text[_at] == (byte)'-')
            _at++;
        if (_at < _text.Length && _text[_at] == (byte)'0')
            _at++;
        else if (!Digits("in numeric literal"))
            return false;
        if (_at < _text.Length && _text[_at] == (byte)'.')
        {
            _at++;
            if (!Digits("after decimal point in numeric literal"))
                return false;
        }
        if (_at >= _text.Length || _text[_at] is not ((byte)'e' or (byte)'E'))
            return true;
        _at++;
        if (_at < _text.Length && _text[_at] is (byte)'+' or (byte)'-')
            _at++;
        return Digits("in exponent of numeric literal");
    }

    private bool Digits(string where)
    {
        int from = _at;
        while (_at < _text.Length && char.IsAsciiDigit((char)_text[_at]))
            _at++;
        return _at > from || (_at == _text.Length ? Fail("unexpected EOF") : Wrong(where));
    }

    // The next byte that is no white space; null at the end.
    private byte? Next()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            _at++;
        return _at < _text.Length ? _text[_at] : null;
    }

    private bool Wrong(string where) => _at == _text.Length ? Fail("unexpected EOF") : Fail($"invalid character {Quoted(_text[_at])} {where}");

    private bool Fail(string fault)
    {
        _fault ??= fault;
        return false;
    }

    private static string Quoted(byte character) => (char)character switch
    {
        '\'' => """'\''""",
        '\\' => """'\\'""",
        '\n' => "'\\n'",
        '\r' => "'\\r'",
        '\t' => "'\\t'",
        < ' ' or '\x7f' => $"'\\x{character:x2}'",
        var plain => $"'{Encoding.Latin1.GetString([(byte)plain])}'",
    };
}
