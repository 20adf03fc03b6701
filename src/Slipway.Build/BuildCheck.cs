using Slipway.Build.Dockerfile;

namespace Slipway.Build;

/// <summary>What a check of a Dockerfile found.</summary>
/// <param name="Source">Its text.</param>
/// <param name="Findings">What could be written better.</param>
/// <param name="Error">What is wrong; null where it can be built.</param>
public sealed record BuildCheck(DockerfileSource Source, IReadOnlyList<DockerfileWarning> Findings, DockerfileException? Error);
