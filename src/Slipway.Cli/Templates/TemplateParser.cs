using System.Globalization;
using System.Text.Json.Nodes;

namespace Slipway.Cli.Templates;

/// <summary>Makes a tree of a template's tokens.</summary>
internal sealed class TemplateParser(IReadOnlyList<Token> tokens)
{
    private int _at;

    private Token Current => tokens[_at];

    public static IReadOnlyList<TemplateNode> Parse(string text)
    {
        var parser = new TemplateParser(TemplateLexer.Read(text));
        IReadOnlyList<TemplateNode> nodes = parser.Nodes(out string end);
        return end.Length == 0 ? nodes : throw TemplateError.Parsing($"unexpected {{{{{end}}}}}");
    }

    // Up to the end of the text, or to an {{end}} or {{else}}, which is taken.
    private List<TemplateNode> Nodes(out string end)
    {
        var nodes = new List<TemplateNode>();
        while (Current.Kind != TokenKind.End)
        {
            if (Current.Kind == TokenKind.Text)
            {
                nodes.Add(new TextNode(Take().Text));
                continue;
            }
            Expect(TokenKind.Open);
            if (Current is { Kind: TokenKind.Word, Text: "end" or "else" })
            {
                end = Take().Text;
                if (end == "end")
                    Expect(TokenKind.Close);
                return nodes;
            }
            nodes.Add(Action());
        }
        end = "";
        return nodes;
    }

    private TemplateNode Action()
    {
        if (Current is { Kind: TokenKind.Word, Text: "if" or "with" or "range" } keyword)
        {
            Take();
            return Block(keyword.Text);
        }
        if (Current is { Kind: TokenKind.Word, Text: "define" or "template" or "block" or "break" or "continue" } other)
            throw TemplateError.Parsing($"{{{{{other.Text}}}}} is not supported here");
        Pipeline pipeline = Pipeline();
        Expect(TokenKind.Close);
        return new ActionNode(pipeline);
    }

    private TemplateNode Block(string keyword)
    {
        Pipeline pipeline = Pipeline();
        Expect(TokenKind.Close);
        List<TemplateNode> body = Nodes(out string end), otherwise = [];
        if (end == "else")
            otherwise = Else(keyword);
        else if (end.Length == 0)
            throw TemplateError.Parsing("unexpected EOF");
        return keyword == "range" ? new RangeNode(pipeline, body, otherwise) : new IfNode(pipeline, body, otherwise, Rebinds: keyword == "with");
    }

    private List<TemplateNode> Else(string keyword)
    {
        // {{else if …}} is an {{if …}} inside the else, with one {{end}} for both.
        if (Current is { Kind: TokenKind.Word, Text: "if" or "with" } next && keyword != "range")
        {
            Take();
            return [Block(next.Text)];
        }
        Expect(TokenKind.Close);
        List<TemplateNode> nodes = Nodes(out string end);
        return end == "end" ? nodes : throw TemplateError.Parsing("unexpected EOF");
    }

    private Pipeline Pipeline()
    {
        (IReadOnlyList<string> variables, bool declares) = Variables();
        var commands = new List<CommandNode> { Command() };
        while (Current.Kind == TokenKind.Pipe)
        {
            Take();
            commands.Add(Command());
        }
        return new Pipeline(variables, declares, commands);
    }

    // $x := …, $x = …, $i, $x := …; otherwise nothing is taken.
    private (IReadOnlyList<string>, bool) Variables()
    {
        int start = _at;
        var names = new List<string>();
        while (Current.Kind == TokenKind.Variable)
        {
            names.Add(Take().Text);
            if (Current.Kind is TokenKind.Declare or TokenKind.Assign)
                return (names, Take().Kind == TokenKind.Declare);
            if (Current.Kind != TokenKind.Comma)
                break;
            Take();
        }
        _at = start;
        return ([], false);
    }

    private CommandNode Command()
    {
        var words = new List<Operand>();
        while (Current.Kind is not (TokenKind.Pipe or TokenKind.Close or TokenKind.RightParen or TokenKind.End))
            words.Add(Word());
        return words.Count > 0 ? new CommandNode(words) : throw TemplateError.Parsing("missing value for command");
    }

    private Operand Word()
    {
        Token token = Take();
        switch (token.Kind)
        {
            case TokenKind.String:
                return new Literal(JsonValue.Create(token.Text));
            case TokenKind.Number:
                return new Literal(Number(token.Text));
            case TokenKind.Word:
                return token.Text switch
                {
                    "true" => new Literal(JsonValue.Create(true)),
                    "false" => new Literal(JsonValue.Create(false)),
                    "nil" => new Literal(null),
                    _ => new FunctionName(token.Text),
                };
            case TokenKind.Field:
                return new Chain(null, null, [.. token.Text.Length == 0 ? [] : (string[])[token.Text], .. Fields()]);
            case TokenKind.Variable:
                return new Chain(token.Text, null, [.. Fields()]);
            case TokenKind.LeftParen:
                Pipeline inner = Pipeline();
                Expect(TokenKind.RightParen);
                return new Chain(null, inner, [.. Fields()]);
            default:
                throw TemplateError.Parsing($"unexpected \"{token.Text}\" in operand");
        }
    }

    private IEnumerable<string> Fields()
    {
        while (Current is { Kind: TokenKind.Field, Glued: true, Text.Length: > 0 })
            yield return Take().Text;
    }

    private static JsonValue Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? JsonValue.Create(whole)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) ? JsonValue.Create(real)
        : throw TemplateError.Parsing($"bad number syntax: \"{text}\"");

    private Token Take() => tokens[_at++];

    private void Expect(TokenKind kind)
    {
        if (Current.Kind != kind)
            throw TemplateError.Parsing($"unexpected \"{Current.Text}\"");
        _at++;
    }
}
