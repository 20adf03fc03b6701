namespace Slipway.Oci.Image;

/// <summary>Media types of image-spec (media-types.md) and of Docker's schema 2.</summary>
public static class MediaTypes
{
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Config = "application/vnd.oci.image.config.v1+json";
    public const string Layer = "application/vnd.oci.image.layer.v1.tar";
    public const string LayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip";
    public const string LayerZstd = "application/vnd.oci.image.layer.v1.tar+zstd";
    public const string DockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerConfig = "application/vnd.docker.container.image.v1+json";
    public const string DockerLayer = "application/vnd.docker.image.rootfs.diff.tar";
    public const string DockerLayerGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    /// <summary>Layers that may not be given on to others, and so may lie elsewhere (image-spec, layer.md#non-distributable-layers).</summary>
    public const string ForeignLayer = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    public const string ForeignLayerGzip = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
    public const string ForeignLayerZstd = "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd";
    public const string DockerForeignLayerGzip = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

    /// <summary>Docker's manifests before 2015, which have no configuration; not read any more.</summary>
    public const string DockerManifestV1 = "application/vnd.docker.distribution.manifest.v1+json";
    public const string DockerManifestV1Signed = "application/vnd.docker.distribution.manifest.v1+prettyjws";

    /// <summary>Whether it is the type of a manifest of one image.</summary>
    public static bool IsManifest(string? mediaType) => mediaType is Manifest or DockerManifest;

    /// <summary>Whether it is the type of a list of manifests.</summary>
    public static bool IsIndex(string? mediaType) => mediaType is Index or DockerManifestList;

    /// <summary>Whether it is the type of a layer that can be unpacked.</summary>
    public static bool IsLayer(string mediaType) => mediaType is Layer or LayerGzip or LayerZstd or DockerLayer or DockerLayerGzip || IsForeignLayer(mediaType);

    /// <summary>Whether it is the type of a layer whose bytes may lie elsewhere.</summary>
    public static bool IsForeignLayer(string mediaType) => mediaType is ForeignLayer or ForeignLayerGzip or ForeignLayerZstd or DockerForeignLayerGzip;
}
