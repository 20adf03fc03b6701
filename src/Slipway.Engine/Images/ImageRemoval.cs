using Slipway.Oci;

namespace Slipway.Engine.Images;

/// <summary>What a removal did.</summary>
/// <param name="Untagged">Names that are gone.</param>
/// <param name="Deleted">The image, where it went with its last name.</param>
public sealed record ImageRemoval(IReadOnlyList<Reference> Untagged, Digest? Deleted);
