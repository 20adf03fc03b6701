namespace Slipway.Build.Context;

/// <summary>What one token of a pattern stands for.</summary>
internal enum GlobKind
{
    /// <summary>Itself.</summary>
    Character,

    /// <summary><c>?</c>: any one character but a slash.</summary>
    AnyInName,

    /// <summary><c>[…]</c>.</summary>
    Class,

    /// <summary><c>*</c>: any number of characters but slashes.</summary>
    RunInName,

    /// <summary><c>**</c> at the end: anything.</summary>
    RunOfAll,

    /// <summary><c>**</c> or <c>**/</c> elsewhere: nothing, or anything that ends in a slash.</summary>
    Directories,
}

/// <summary>One token: its kind, and the character or the class where the kind has one.</summary>
internal readonly record struct GlobToken(GlobKind Kind, char Character = '\0', bool Negated = false, IReadOnlyList<(char Low, char High)>? Ranges = null)
{
    /// <summary>Whether a token that takes exactly one character takes this one.</summary>
    public bool Accepts(char c) => Kind switch
    {
        GlobKind.Character => c == Character,
        GlobKind.AnyInName => c != '/',
        GlobKind.Class => Negated != Ranges!.Any(range => c >= range.Low && c <= range.High),
        _ => false,
    };
}
