using Slipway.Build.Lint;

namespace Slipway.Build.Dockerfile;

/// <summary>The parser directives at the very top of a Dockerfile (<c># escape=`</c>).</summary>
/// <param name="Escape">The escape character: a backslash or a backtick.</param>
/// <param name="Syntax">Value of <c># syntax=</c>: another front end's image. It is never fetched; this parser reads the whole language itself.</param>
/// <param name="Check">Value of <c># check=</c>: how to lint.</param>
internal sealed record Directives(char Escape, string? Syntax, LintSettings Check)
{
    public static Directives Default { get; } = new('\\', null, LintSettings.Default);
}
