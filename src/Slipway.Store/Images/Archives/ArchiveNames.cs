using Slipway.Oci;

namespace Slipway.Store.Images.Archives;

/// <summary>The names inside image archives (image-spec, image-layout.md; Docker's "image tarball" of v1.2 and later).</summary>
internal static class ArchiveNames
{
    public const string OciLayout = "oci-layout";
    public const string Index = "index.json";
    public const string DockerManifest = "manifest.json";
    public const string DockerRepositories = "repositories";
    public const string BlobPrefix = "blobs/sha256/";

    /// <summary>The annotation by which containerd and Docker hand on the whole name.</summary>
    public const string ContainerdName = "io.containerd.image.name";

    /// <summary>The specification's annotation: a tag or a name, at the writer's choice.</summary>
    public const string RefName = "org.opencontainers.image.ref.name";

    public static string OfBlob(Digest digest) => BlobPrefix + digest.Hex;
}
