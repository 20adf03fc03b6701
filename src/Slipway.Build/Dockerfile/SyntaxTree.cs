namespace Slipway.Build.Dockerfile;

/// <summary>A Dockerfile as its grammar sees it: instructions with their places, nothing understood yet.</summary>
internal sealed record SyntaxTree(
    DockerfileSource Source,
    Directives Directives,
    IReadOnlyList<InstructionNode> Nodes,
    IReadOnlyList<DockerfileWarning> Warnings);

/// <summary>One instruction: <c>KEYWORD --flag=value arguments</c>.</summary>
/// <param name="Keyword">In capitals.</param>
/// <param name="Flags">What stands between the keyword and the arguments, in order.</param>
/// <param name="Arguments">The rest of the logical line: continuations joined, comments and line ends gone.</param>
/// <param name="Text">The whole logical line, as written.</param>
/// <param name="Lines">From the keyword to the last line, heredocs included.</param>
/// <param name="Heredocs">Documents that the line announces, in order.</param>
internal sealed record InstructionNode(
    string Keyword,
    IReadOnlyList<FlagNode> Flags,
    string Arguments,
    string Text,
    LineRange Lines,
    IReadOnlyList<Heredoc> Heredocs);

/// <summary><c>--name</c> or <c>--name=value</c>; without a value, <paramref name="Value"/> is null.</summary>
internal sealed record FlagNode(string Name, string? Value);

/// <summary>A here-document: <c>&lt;&lt;NAME</c> up to a line that is NAME.</summary>
/// <param name="Name">The delimiter, quotes removed; also the file name where COPY makes a file of it.</param>
/// <param name="Expand">Whether variables expand in it: not when the delimiter was quoted.</param>
/// <param name="StripTabs"><c>&lt;&lt;-</c>: leading tabs go.</param>
/// <param name="Descriptor">The number before <c>&lt;&lt;</c>; 0 where there is none.</param>
/// <param name="Content">The lines between, each with its line feed.</param>
internal sealed record Heredoc(string Name, bool Expand, bool StripTabs, int Descriptor, string Content);
