namespace Slipway.Cli.Templates;

internal enum TokenKind
{
    Text,       // outside of {{ }}
    Open,
    Close,
    Field,      // .Name; Text is the name, empty for a lone dot
    Variable,   // $name
    Word,       // a function or keyword
    String,
    Number,
    Pipe,
    Declare,    // :=
    Assign,     // =
    Comma,
    LeftParen,
    RightParen,
    End,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, without quotes.</param>
/// <param name="Glued">Whether it follows the one before without a space, which makes <c>(…).Field</c> a chain.</param>
internal readonly record struct Token(TokenKind Kind, string Text, bool Glued = false);
