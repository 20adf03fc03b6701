using Slipway.Oci;

namespace Slipway.Engine.Images;

/// <summary>What became of one name that was to be removed.</summary>
/// <param name="Asked">As it was written.</param>
public sealed record ImageRemoval(string Asked)
{
    /// <summary>Names that are gone, in order: tags as <c>busybox:latest</c>, digests as <c>busybox@sha256:…</c>.</summary>
    public IReadOnlyList<Reference> Untagged { get; init; } = [];

    /// <summary>Whose names those were, where it stays; null where it went with them.</summary>
    public Digest? Left { get; init; }

    /// <summary>The image, where it went with its last name.</summary>
    public Digest? Deleted { get; init; }

    /// <summary>Its layers that went with it, by chain id, topmost first.</summary>
    public IReadOnlyList<Digest> Layers { get; init; } = [];

    /// <summary>Why nothing was done.</summary>
    public SlipwayException? Error { get; init; }
}
