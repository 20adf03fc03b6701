using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Blobs;

namespace Slipway.Store.Images.Archives;

/// <summary>
/// The images of a Docker archive. It has no manifests, so we make one: the configuration's bytes stay as they are and the layers are
/// stored as given, so that the same archive gives the same image id each time.
/// </summary>
internal sealed class DockerArchiveReader(ArchiveContents contents, BlobStore blobs)
{
    /// <summary>Every image that manifest.json lists.</summary>
    public IReadOnlyList<ArchivedImage> Read(byte[] manifestBytes)
    {
        if (manifestBytes.Length > ImageDocuments.MaxManifestBytes)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read the archive's manifest.json: {manifestBytes.Length} bytes are more than the {ImageDocuments.MaxManifestBytes} allowed");
        return [.. DockerArchiveJson.Read(manifestBytes).Select(ReadImage)];
    }

    private ArchivedImage ReadImage(DockerArchiveImage image)
    {
        if (image.Layers.Count > ImageDocuments.MaxLayers)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"load: {image.Layers.Count} layers are more than the {ImageDocuments.MaxLayers} that an overlay can mount");
        Reference[] names = [.. (image.RepoTags ?? []).Select(ArchivedName.Parse)];
        (Digest config, long configSize) = contents.GetFile(image.Config, "configuration");
        Descriptor[] layers = [.. image.Layers.Select(DescribeLayer)];
        byte[] manifest = ImageDocuments.SerializeManifest(new Descriptor { MediaType = MediaTypes.Config, Digest = config, Size = configSize }, layers);
        blobs.Write(manifest);
        ImageDocuments.ReadManifest(manifest);
        return new ArchivedImage(ImageDocuments.Read(manifest, blobs), names);
    }

    private Descriptor DescribeLayer(string path)
    {
        (Digest digest, long size) = contents.GetFile(path, "layer");
        return new Descriptor { MediaType = LayerMediaType.Of(blobs, digest), Digest = digest, Size = size };
    }
}
