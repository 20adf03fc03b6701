using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Blobs;
using Slipway.Store.Layers;

namespace Slipway.Store.Images;

/// <summary>An image's two documents: the bytes, which are its identity, and what they say, checked (invariants I7, I8).</summary>
public sealed record ImageDocuments
{
    /// <summary>A manifest of more bytes is refused.</summary>
    public const int MaxManifestBytes = 4 << 20;

    /// <summary>A configuration of more bytes is refused.</summary>
    public const int MaxConfigBytes = 8 << 20;

    /// <summary>Overlay mounts at most this many lower layers (OVL_MAX_STACK).</summary>
    public const int MaxLayers = 500;

    /// <summary>The manifest's digest, which is the image's id.</summary>
    public required Digest Id { get; init; }

    /// <summary>The manifest, byte for byte.</summary>
    public required byte[] ManifestBytes { get; init; }

    /// <summary>The configuration, byte for byte.</summary>
    public required byte[] ConfigBytes { get; init; }

    /// <summary>What the manifest says.</summary>
    public required ImageManifest Manifest { get; init; }

    /// <summary>What the configuration says.</summary>
    public required ImageConfig Config { get; init; }

    /// <summary>Everything the image is made of: manifest, configuration, layers.</summary>
    public IEnumerable<Digest> Blobs => Manifest.Layers.Select(l => l.Digest).Prepend(Manifest.Config.Digest).Prepend(Id);

    /// <summary>Its layers, lowest first, as the layer store takes them.</summary>
    public IReadOnlyList<LayerSource> LayerSources => [.. Manifest.Layers.Zip(Config.Rootfs.DiffIds, (blob, diffId) => new LayerSource(blob, diffId))];

    /// <summary>Reads both, the configuration from the store.</summary>
    /// <exception cref="SlipwayException">InvalidArgument or Corrupt: refused, with the reason; NotFound: the configuration is missing.</exception>
    public static ImageDocuments Read(byte[] manifestBytes, BlobStore blobs)
    {
        ImageManifest manifest = ReadManifest(manifestBytes);
        if (manifest.Config.Size > MaxConfigBytes)
            throw Refused("configuration", $"{manifest.Config.Size} bytes are more than the {MaxConfigBytes} allowed");
        byte[] configBytes = blobs.ReadAll(manifest.Config.Digest, MaxConfigBytes);
        if (configBytes.Length != manifest.Config.Size)
            throw new SlipwayException(ErrorKind.Corrupt, $"read the image's configuration {manifest.Config.Digest}: it has {configBytes.Length} bytes, and the manifest says {manifest.Config.Size}");
        ImageConfig config = ReadConfig(configBytes);
        if (config.Rootfs.DiffIds.Count != manifest.Layers.Count)
            throw Refused("manifest", $"it has {manifest.Layers.Count} layers, and the configuration {config.Rootfs.DiffIds.Count}");
        return new ImageDocuments { Id = Digest.Of(manifestBytes), ManifestBytes = manifestBytes, ConfigBytes = configBytes, Manifest = manifest, Config = config };
    }

    /// <summary>Reads a manifest that must not be readable as anything else.</summary>
    public static ImageManifest ReadManifest(byte[] bytes)
    {
        RequireSize(bytes, "manifest", MaxManifestBytes);
        ImageManifest manifest = ImageManifestJson.Read(bytes, "the image's manifest");
        // A program in Go that forgets it writes 0; docker and containerd take that.
        if (manifest.SchemaVersion is not (0 or 2))
            throw Refused("manifest", $"schema version {manifest.SchemaVersion} is not 2");
        if (manifest.MediaType is not (null or MediaTypes.Manifest or MediaTypes.DockerManifest))
            throw Refused("manifest", "its media type is not a manifest's");
        if (manifest.Config.MediaType is not (MediaTypes.Config or MediaTypes.DockerConfig))
            throw Refused("manifest", "it is not a container image's: its configuration has another media type");
        if (manifest.Layers.Count > MaxLayers)
            throw Refused("manifest", $"{manifest.Layers.Count} layers are more than the {MaxLayers} that an overlay can mount");
        if (manifest.Layers.Append(manifest.Config).Any(d => d.Size < 0))
            throw Refused("manifest", "a descriptor has a negative size");
        if (manifest.Layers.FirstOrDefault(l => !MediaTypes.IsLayer(l.MediaType)) is { } strange)
            throw Refused("manifest", $"a layer is of type '{Printable.Escape(strange.MediaType)}', which can't be unpacked");
        if (manifest.Layers.Any(l => l.Digest == manifest.Config.Digest))
            throw Refused("manifest", "its configuration is also a layer");
        return manifest;
    }

    /// <summary>Reads an index that must not be readable as anything else.</summary>
    public static ImageIndex ReadIndex(byte[] bytes)
    {
        RequireSize(bytes, "index", MaxManifestBytes);
        ImageIndex index = ImageManifestJson.ReadIndex(bytes, "the image's index");
        if (index.SchemaVersion != 2)
            throw Refused("index", $"schema version {index.SchemaVersion} is not 2");
        if (index.MediaType is not (null or MediaTypes.Index or MediaTypes.DockerManifestList))
            throw Refused("index", "its media type is not an index's");
        if (index.Manifests.Any(m => m.Size < 0))
            throw Refused("index", "a descriptor has a negative size");
        return index;
    }

    /// <summary>Reads a configuration.</summary>
    public static ImageConfig ReadConfig(byte[] bytes)
    {
        RequireSize(bytes, "configuration", MaxConfigBytes);
        ImageConfig config = ImageConfigJson.Read(bytes, "the image's configuration");
        if (config.Rootfs.Type != "layers")
            throw Refused("configuration", "its rootfs is not a list of layers");
        if (config.Config?.Env is { } env && env.Any(e => e.IndexOf('=', StringComparison.Ordinal) <= 0))
            throw Refused("configuration", "an environment entry is not NAME=value");
        return config;
    }

    /// <summary>A configuration as we write it: no white space, our order of properties.</summary>
    public static byte[] Serialize(ImageConfig config) => ImageConfigJson.Write(config);

    /// <summary>A manifest as we write it.</summary>
    public static byte[] SerializeManifest(Descriptor config, IReadOnlyList<Descriptor> layers, IReadOnlyDictionary<string, string>? annotations = null) =>
        ImageManifestJson.Write(new ImageManifest { SchemaVersion = 2, MediaType = MediaTypes.Manifest, Config = config, Layers = layers, Annotations = annotations });

    private static void RequireSize(byte[] bytes, string what, int maxBytes)
    {
        if (bytes.Length > maxBytes)
            throw Refused(what, $"{bytes.Length} bytes are more than the {maxBytes} allowed");
    }

    private static SlipwayException Refused(string what, string why) => new(ErrorKind.InvalidArgument, $"read the image's {what}: {why}");
}
