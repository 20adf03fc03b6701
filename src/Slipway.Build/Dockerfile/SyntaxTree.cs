using Slipway.Build.Lint;

namespace Slipway.Build.Dockerfile;

/// <summary>A Dockerfile as its grammar sees it: instructions with their places, nothing understood yet.</summary>
internal sealed record SyntaxTree(
    DockerfileSource Source,
    Directives Directives,
    IReadOnlyList<InstructionNode> Nodes,
    Linter Linter);

/// <summary>One instruction: <c>KEYWORD --flag=value arguments</c>.</summary>
/// <param name="Keyword">In capitals.</param>
/// <param name="Spelling">The keyword as written.</param>
/// <param name="Flags">What stands between the keyword and the arguments, in order.</param>
/// <param name="Arguments">The rest of the logical line: continuations joined, comments and line ends gone.</param>
/// <param name="Text">The whole logical line, as written.</param>
/// <param name="Lines">From the keyword to the last line, heredocs included.</param>
/// <param name="Heredocs">Documents that the line announces, in order.</param>
/// <param name="Comments">The comment lines right above, without their marks.</param>
internal sealed record InstructionNode(
    string Keyword,
    string Spelling,
    IReadOnlyList<FlagNode> Flags,
    string Arguments,
    string Text,
    LineRange Lines,
    IReadOnlyList<Heredoc> Heredocs,
    IReadOnlyList<string> Comments);

/// <summary><c>--name</c> or <c>--name=value</c>; without a value, <paramref name="Value"/> is null.</summary>
internal sealed record FlagNode(string Name, string? Value);

/// <summary>A here-document: <c>&lt;&lt;NAME</c> up to a line that is NAME.</summary>
/// <param name="Name">The delimiter, quotes removed; also the file name where COPY makes a file of it.</param>
/// <param name="Expand">Whether variables expand in it: not when the delimiter was quoted.</param>
/// <param name="StripTabs"><c>&lt;&lt;-</c>: leading tabs go.</param>
/// <param name="Descriptor">The number before <c>&lt;&lt;</c>; 0 where there is none.</param>
/// <param name="Content">The lines between, each with its end, as they stand.</param>
internal sealed record Heredoc(string Name, bool Expand, bool StripTabs, int Descriptor, string Content)
{
    /// <summary>What the document says: without leading tabs where they go.</summary>
    public string Text => !StripTabs ? Content : string.Join('\n', Content.Split('\n').Select(line => line.TrimStart('\t')));
}
