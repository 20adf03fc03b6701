namespace Slipway.Oci.Image;

/// <summary>One image for one platform (image-spec, manifest.md). The raw bytes are its identity: never write a parsed one back.</summary>
public sealed record ImageManifest
{
    public required int SchemaVersion { get; init; }
    public string? MediaType { get; init; }
    public string? ArtifactType { get; init; }
    public required Descriptor Config { get; init; }
    public required IReadOnlyList<Descriptor> Layers { get; init; }
    public Descriptor? Subject { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
