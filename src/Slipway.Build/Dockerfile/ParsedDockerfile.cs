using Slipway.Build.Lint;

namespace Slipway.Build.Dockerfile;

/// <summary>A Dockerfile as its author meant it: the global arguments, then the stages in order.</summary>
internal sealed record ParsedDockerfile(
    DockerfileSource Source,
    Directives Directives,
    IReadOnlyList<ArgInstruction> GlobalArguments,
    IReadOnlyList<Stage> Stages,
    Linter Linter)
{
    public char Escape => Directives.Escape;
}

/// <summary>One FROM and what follows it.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Name">Its name in lower case, or null.</param>
/// <param name="From">How it begins.</param>
/// <param name="Body">The other instructions, in order.</param>
internal sealed record Stage(int Index, string? Name, FromInstruction From, IReadOnlyList<Instruction> Body);
