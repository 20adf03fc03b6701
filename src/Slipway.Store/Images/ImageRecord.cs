using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Store.Images;

/// <summary>One image, as it was when it was looked up.</summary>
public sealed record ImageRecord
{
    /// <summary>The manifest's digest.</summary>
    public required Digest Id { get; init; }

    /// <summary>The manifest; its bytes are the blob <see cref="Id"/>.</summary>
    // Both are parsed when they are asked for: starting a container needs no manifest, a list of images neither.
    public ImageManifest Manifest => field ??= ImageManifestJson.Read(ManifestBytes, "the image's manifest");

    internal byte[] ManifestBytes { get; init; } = [];

    /// <summary>The parsed configuration; its bytes are the blob that the manifest names.</summary>
    public ImageConfig Config => field ??= ImageConfigJson.Read(ConfigBytes, "the image's configuration");

    internal byte[] ConfigBytes { get; init; } = [];

    /// <summary>The unpacked layers, lowest first.</summary>
    public required IReadOnlyList<Digest> ChainIds { get; init; }

    /// <summary>When it was built, by its own word; 1970 where it doesn't say.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The names that point at it, sorted; none when it is dangling.</summary>
    public required IReadOnlyList<Reference> Names { get; init; }
}
