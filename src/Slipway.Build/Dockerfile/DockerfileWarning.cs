using Slipway.Linux;

namespace Slipway.Build.Dockerfile;

/// <summary>A finding that doesn't stop the build.</summary>
/// <param name="Rule">Name of the rule, as Docker's build checks call it: <c>NoEmptyContinuation</c>.</param>
/// <param name="Message">What was found; lower-case, no full stop.</param>
/// <param name="FileName">The Dockerfile as the caller named it.</param>
/// <param name="Lines">Where.</param>
public sealed record DockerfileWarning(string Rule, string Message, string FileName, LineRange Lines)
{
    /// <summary>What the rule wants, in general.</summary>
    public string Description { get; init; } = "";

    /// <summary>All of it on one line, for people.</summary>
    public string Line => $"WARN: {Rule}: {Printable.Escape(Message)} ({FileName}:{Lines.First})";
}
