using Slipway.Oci;

namespace Slipway.Store.Images;

/// <summary>What one image occupies, in bytes.</summary>
/// <param name="Image">Its id.</param>
/// <param name="LayerBytes">Disk blocks of its unpacked layers, each layer once.</param>
/// <param name="BlobBytes">Manifest, configuration and layers as they were received, each blob once.</param>
/// <param name="SharedBytes">As much of the two as other images have too.</param>
public sealed record ImageUsage(Digest Image, long LayerBytes, long BlobBytes, long SharedBytes)
{
    /// <summary>What would be free without this image, as long as no container stands on it.</summary>
    public long UniqueBytes => LayerBytes + BlobBytes - SharedBytes;
}

/// <summary>What all images occupy together, in bytes: what several share counts once.</summary>
/// <param name="Images">Each one.</param>
/// <param name="LayerBytes">Disk blocks of all unpacked layers that an image has.</param>
/// <param name="BlobBytes">All blobs that an image has.</param>
public sealed record ImagesUsage(IReadOnlyList<ImageUsage> Images, long LayerBytes, long BlobBytes);
