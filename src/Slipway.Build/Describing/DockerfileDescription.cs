using Slipway.Build.Dockerfile;

namespace Slipway.Build.Describing;

/// <summary>What a Dockerfile offers to who builds it.</summary>
/// <param name="Source">Its text.</param>
/// <param name="Targets">The stages, in order.</param>
/// <param name="Target">Which of them is asked for.</param>
/// <param name="Arguments">What the target takes: ARGs of the stages that it needs, and of those before the first FROM what these use. By lines.</param>
/// <param name="Secrets">What RUN steps of the target want lent.</param>
/// <param name="Agents">SSH agents that they want.</param>
/// <param name="Caches">Cache mounts, by their ids.</param>
public sealed record DockerfileDescription(
    DockerfileSource Source,
    IReadOnlyList<DescribedTarget> Targets,
    int Target,
    IReadOnlyList<DescribedArgument> Arguments,
    IReadOnlyList<DescribedLoan> Secrets,
    IReadOnlyList<DescribedLoan> Agents,
    IReadOnlyList<DescribedLoan> Caches);

/// <summary>A stage.</summary>
/// <param name="Name">Null where it has none.</param>
/// <param name="IsDefault">Whether it is what is built where nobody says.</param>
/// <param name="Description">The comment above it that begins with its name, without that; empty where there is none.</param>
/// <param name="Base">What stands behind FROM, expanded.</param>
/// <param name="Platform">As written; null where nothing is.</param>
/// <param name="Lines">Its FROM.</param>
public sealed record DescribedTarget(string? Name, bool IsDefault, string Description, string Base, string? Platform, LineRange Lines);

/// <summary>An argument.</summary>
/// <param name="Name">As <c>--build-arg</c> calls it.</param>
/// <param name="Description">As for a stage.</param>
/// <param name="Value">What it would be; empty where nothing says.</param>
/// <param name="Lines">Its ARG.</param>
public sealed record DescribedArgument(string Name, string Description, string Value, LineRange Lines);

/// <summary>What a step has by a mount.</summary>
/// <param name="Id">As the caller calls it.</param>
/// <param name="IsRequired">Whether the step fails without.</param>
/// <param name="Lines">Its RUN.</param>
public sealed record DescribedLoan(string Id, bool IsRequired, LineRange Lines);
