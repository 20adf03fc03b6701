namespace Slipway.Oci.Image;

/// <summary>Manifests of one image for several platforms, or of several images in a layout (image-spec, image-index.md).</summary>
public sealed record ImageIndex
{
    public required int SchemaVersion { get; init; }
    public string? MediaType { get; init; }
    public string? ArtifactType { get; init; }
    public required IReadOnlyList<Descriptor> Manifests { get; init; }
    public Descriptor? Subject { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
