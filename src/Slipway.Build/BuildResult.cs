using Slipway.Build.Dockerfile;
using Slipway.Store.Images;

namespace Slipway.Build;

/// <summary>What a build made.</summary>
/// <param name="Image">The image, tagged as asked; null where no output takes one.</param>
/// <param name="Warnings">What could be written better.</param>
public sealed record BuildResult(ImageRecord? Image, IReadOnlyList<DockerfileWarning> Warnings);
