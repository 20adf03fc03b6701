using System.Text;

namespace Slipway.Cli.Templates;

/// <summary>Takes a template apart (Go's text/template): text, and between <c>{{</c> and <c>}}</c> words, with trimming marks and comments dealt with.</summary>
internal sealed class TemplateLexer(string text)
{
    private readonly List<Token> _tokens = [];
    private int _at;

    public static IReadOnlyList<Token> Read(string text) => new TemplateLexer(text).All();

    private List<Token> All()
    {
        bool trimNext = false;
        while (_at < text.Length)
        {
            int open = text.IndexOf("{{", _at, StringComparison.Ordinal);
            string plain = open < 0 ? text[_at..] : text[_at..open];
            bool trimsBefore = open >= 0 && IsTrimMark(open + 2);
            if (trimNext)
                plain = plain.TrimStart();
            if (trimsBefore)
                plain = plain.TrimEnd();
            if (plain.Length > 0)
                _tokens.Add(new(TokenKind.Text, plain));
            if (open < 0)
                break;
            _at = open + (trimsBefore ? 3 : 2);
            trimNext = Action();
        }
        _tokens.Add(new(TokenKind.End, ""));
        return _tokens;
    }

    private bool IsTrimMark(int at) => at + 1 < text.Length && text[at] == '-' && char.IsWhiteSpace(text[at + 1]);

    // Up to the closing braces; whether they trim what follows.
    private bool Action()
    {
        int mark = _tokens.Count;
        _tokens.Add(new(TokenKind.Open, "{{"));
        while (true)
        {
            int before = _at;
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
                _at++;
            bool glued = _at == before;
            if (_at >= text.Length)
                throw TemplateError.Parsing("unclosed action");
            if (text.AsSpan(_at).StartsWith("/*"))
            {
                Comment();
                _tokens.RemoveAt(mark);
                return CloseBraces();
            }
            if (text.AsSpan(_at).StartsWith("}}") || text.AsSpan(_at).StartsWith("-}}"))
            {
                _tokens.Add(new(TokenKind.Close, "}}"));
                return CloseBraces();
            }
            _tokens.Add(Next() with { Glued = glued });
        }
    }

    private void Comment()
    {
        int end = text.IndexOf("*/", _at, StringComparison.Ordinal);
        if (end < 0)
            throw TemplateError.Parsing("unclosed comment");
        _at = end + 2;
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
    }

    private bool CloseBraces()
    {
        bool trims = _at < text.Length && text[_at] == '-';
        if (trims)
            _at++;
        if (!text.AsSpan(_at).StartsWith("}}"))
            throw TemplateError.Parsing("comment ends before closing delimiter");
        _at += 2;
        return trims;
    }

    private Token Next()
    {
        char c = text[_at];
        switch (c)
        {
            case '|': _at++; return new(TokenKind.Pipe, "|");
            case '(': _at++; return new(TokenKind.LeftParen, "(");
            case ')': _at++; return new(TokenKind.RightParen, ")");
            case ',': _at++; return new(TokenKind.Comma, ",");
            case '=': _at++; return new(TokenKind.Assign, "=");
            case ':' when text.AsSpan(_at).StartsWith(":="): _at += 2; return new(TokenKind.Declare, ":=");
            case '"': return new(TokenKind.String, Quoted());
            case '`': return new(TokenKind.String, Raw());
            case '.' when _at + 1 >= text.Length || !char.IsAsciiDigit(text[_at + 1]): _at++; return new(TokenKind.Field, Name());
            case '$': _at++; return new(TokenKind.Variable, Name());
        }
        if (char.IsAsciiDigit(c) || c is '-' or '+' or '.')
            return new(TokenKind.Number, While(static ch => char.IsAsciiLetterOrDigit(ch) || ch is '.' or '-' or '+' or '_'));
        if (char.IsLetter(c) || c == '_')
            return new(TokenKind.Word, Name());
        throw TemplateError.Parsing($"unexpected \"{c}\" in operand");
    }

    private string Name() => While(static c => char.IsLetterOrDigit(c) || c == '_');

    private string While(Func<char, bool> belongs)
    {
        int start = _at;
        while (_at < text.Length && belongs(text[_at]))
            _at++;
        return text[start.._at];
    }

    private string Raw()
    {
        int end = text.IndexOf('`', _at + 1);
        if (end < 0)
            throw TemplateError.Parsing("unterminated raw quoted string");
        string inside = text[(_at + 1)..end];
        _at = end + 1;
        return inside;
    }

    private string Quoted()
    {
        var inside = new StringBuilder();
        for (_at++; _at < text.Length && text[_at] != '"'; _at++)
        {
            if (text[_at] != '\\' || _at + 1 >= text.Length)
            {
                inside.Append(text[_at]);
                continue;
            }
            _at++;
            inside.Append(text[_at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
        }
        if (_at >= text.Length)
            throw TemplateError.Parsing("unterminated quoted string");
        _at++;
        return inside.ToString();
    }
}
