using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Disk;

/// <summary>What images have for themselves, and what they share. Each layer is looked up once.</summary>
/// <param name="images">All there are.</param>
/// <param name="disk">Knows what a layer occupies.</param>
public sealed class LayerSharing(IReadOnlyList<ImageRecord> images, DiskUsageReader disk)
{
    private readonly Dictionary<Digest, int> _users = images.SelectMany(i => i.ChainIds.Distinct()).CountBy(c => c).ToDictionary();
    private readonly Dictionary<Digest, long> _bytes = [];

    /// <summary>Bytes of disk of the layers that only this image has, and of those that others have too.</summary>
    public (long Unique, long Shared) Of(ImageRecord image)
    {
        long unique = 0, shared = 0;
        foreach (Digest chainId in image.ChainIds)
        {
            if (_users.GetValueOrDefault(chainId) > 1)
                shared += BytesOf(chainId);
            else
                unique += BytesOf(chainId);
        }
        return (unique, shared);
    }

    private long BytesOf(Digest chainId)
    {
        if (!_bytes.TryGetValue(chainId, out long bytes))
            _bytes.Add(chainId, bytes = disk.BytesOf(chainId));
        return bytes;
    }
}
