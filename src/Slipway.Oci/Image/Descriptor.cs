namespace Slipway.Oci.Image;

/// <summary>Points at content by digest, size and type (image-spec, descriptor.md).</summary>
public sealed record Descriptor
{
    public required string MediaType { get; init; }
    public required Digest Digest { get; init; }

    /// <summary>Bytes of the raw content; at least 0.</summary>
    public required long Size { get; init; }

    public IReadOnlyList<string>? Urls { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    public Platform? Platform { get; init; }
    public string? ArtifactType { get; init; }
}
