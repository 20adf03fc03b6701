using Slipway.Engine.Containers;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Disk;

/// <summary>Exact sizes: blocks of disk, each file once, each shared layer once.</summary>
public sealed partial class DiskUsageReader
{
    private readonly EngineContext _context;

    internal DiskUsageReader(EngineContext context) => _context = context;

    /// <summary>What a container adds, and what it stands on.</summary>
    public ContainerSize SizeOf(ContainerRecord record)
    {
        string upper = _context.Paths.Upper(record.Id);
        long writable = Directory.Exists(upper) ? ContentBytes(upper) : 0;
        ImageRecord? image = _context.Store.Images.Find(record.ImageId.ToString());
        return new(writable, image is null ? 0 : LayerBytes(image));
    }

    /// <summary>What the unpacked layers of an image occupy.</summary>
    public long LayerBytes(ImageRecord image) => image.ChainIds.Sum(BytesOf);

    /// <summary>What each of these images, which are all there are, has for itself and shares with others.</summary>
    public LayerSharing SharingOf(IReadOnlyList<ImageRecord> images) => new(images, _context.Store.Images.LayerBytes(), this);

    /// <summary>What one unpacked layer occupies.</summary>
    public long BytesOf(Digest chainId) => _context.Store.Layers.Find(chainId)?.Bytes ?? 0;

    /// <summary>An image's history, oldest first, each step with what its layer occupies; steps without a layer have 0.</summary>
    public IReadOnlyList<(HistoryEntry Step, long Bytes)> StepsOf(ImageRecord image)
    {
        List<(HistoryEntry, long)> steps = [];
        int layer = 0;
        foreach (HistoryEntry step in image.Config.History ?? [])
        {
            bool hasLayer = step.EmptyLayer is not true && layer < image.ChainIds.Count;
            steps.Add((step, hasLayer ? BytesOf(image.ChainIds[layer++]) : 0));
        }
        // Layers that no history tells of.
        for (; layer < image.ChainIds.Count; layer++)
            steps.Add((new HistoryEntry { Comment = "without history" }, BytesOf(image.ChainIds[layer])));
        return steps;
    }

    // Without the directory itself, which is there from the start: an untouched container adds nothing.
    private static long ContentBytes(string directory)
    {
        using DirFd itself = DirFd.Open(directory);
        const int BlockSize = 512;
        return TreeUsage.Measure(directory).Bytes - itself.Status().Blocks * BlockSize;
    }
}
