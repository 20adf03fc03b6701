using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Build;

/// <summary>What came of a build.</summary>
/// <param name="Image">The image of a build for one platform; null where no output takes one.</param>
/// <param name="Index">The digest of what leads to the images of several platforms; null where there is none.</param>
public sealed record BuildResult(ImageRecord? Image, Digest? Index);
