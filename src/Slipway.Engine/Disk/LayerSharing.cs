using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Disk;

/// <summary>What images have for themselves, and what they share.</summary>
public sealed class LayerSharing
{
    private readonly Dictionary<Digest, int> _users;
    private readonly IReadOnlyDictionary<Digest, long> _known;
    private readonly DiskUsageReader _disk;

    internal LayerSharing(IReadOnlyList<ImageRecord> images, IReadOnlyDictionary<Digest, long> known, DiskUsageReader disk)
    {
        _users = images.SelectMany(i => i.ChainIds.Distinct()).CountBy(c => c).ToDictionary();
        _known = known;
        _disk = disk;
    }

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

    private long BytesOf(Digest chainId) => _known.TryGetValue(chainId, out long bytes) ? bytes : _disk.BytesOf(chainId);
}
