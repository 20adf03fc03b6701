using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Store.Images;

/// <summary>One image, as it was when it was looked up.</summary>
public sealed record ImageRecord
{
    /// <summary>The manifest's digest.</summary>
    public required Digest Id { get; init; }

    /// <summary>The manifest; its bytes are the blob <see cref="Id"/>.</summary>
    // Both are parsed when they are asked for, and of a list also read then: starting a container needs no manifest, a list of images neither.
    public ImageManifest Manifest => field ??= ImageManifestJson.Read(ManifestBytes, "the image's manifest");

    /// <summary>The parsed configuration; its bytes are the blob that the manifest names.</summary>
    public ImageConfig Config => field ??= ImageConfigJson.Read(ConfigBytes, "the image's configuration");

    internal byte[] ManifestBytes => Documents.Value.Manifest;

    internal byte[] ConfigBytes => Documents.Value.Config;

    internal Lazy<(byte[] Manifest, byte[] Config)> Documents { private get; init; } = new(([], []));

    /// <summary>The unpacked layers, lowest first.</summary>
    public required IReadOnlyList<Digest> ChainIds { get; init; }

    /// <summary>When it was built, by its own word; 1970 where it doesn't say.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it was built, loaded or pulled here; 1970 where an older store didn't note it.</summary>
    public DateTimeOffset Came { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>What lists show as its time: when it was built, or came where it doesn't say; 1970 where neither is known.</summary>
    public DateTimeOffset ListedAt => Created == DateTimeOffset.UnixEpoch ? Came : Created;

    /// <summary>What images are ordered by: their time, and of one time when they came.</summary>
    public (DateTimeOffset, DateTimeOffset) Age => (ListedAt, Came);

    /// <summary>From when on it counts as old. A reproducible image says its base's time, or 1970: that is no reason to take it for old.</summary>
    public DateTimeOffset FreshAt => Came > Created ? Came : Created;

    /// <summary>The names that point at it, sorted; none when it is dangling.</summary>
    public required IReadOnlyList<Reference> Names { get; init; }

    /// <summary>An image that is in no store, for what depends on a configuration alone.</summary>
    public static ImageRecord OfConfig(ImageConfig config)
    {
        byte[] bytes = ImageDocuments.Serialize(config);
        return new() { Id = Digest.Of(bytes), Documents = new(([], bytes)), ChainIds = [], Created = DateTimeOffset.UnixEpoch, Names = [] };
    }

    /// <summary>It was removed by force, and is there for the containers that stand on it.</summary>
    public bool IsRetired { get; init; }
}
