using Slipway.Engine.Containers;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;
using Slipway.Store.Layers;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Disk;

/// <summary>Exact sizes: blocks of disk, each file once, each shared layer once.</summary>
public sealed class DiskUsageReader
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

    /// <summary>The whole store.</summary>
    public DiskUsage Read(IReadOnlyList<ContainerRecord> containers)
    {
        IReadOnlyList<ImageRecord> images = _context.Store.Images.List();
        HashSet<Digest> used = [.. containers.Select(c => c.ImageId)];
        HashSet<Digest> needed = [.. images.Where(i => used.Contains(i.Id)).SelectMany(i => i.ChainIds)];
        List<LayerInfo> layers = [.. _context.Store.Layers.List()];
        List<Volumes.VolumeRecord> volumes = [.. _context.Volumes.List()];
        long[] writable = [.. containers.Select(c => SizeOf(c).WritableBytes)];
        return new()
        {
            Images = new(images.Count, used.Count, layers.Sum(l => l.Bytes), layers.Where(l => !needed.Contains(l.ChainId)).Sum(l => l.Bytes)),
            Blobs = BlobsOf(),
            Containers = new(containers.Count, containers.Count(c => c.IsRunning), writable.Sum(), writable.Where((_, i) => !containers[i].IsRunning).Sum()),
            Volumes = new(volumes.Count, volumes.Count(v => _context.Volumes.IsUsed(v.Name)), volumes.Sum(VolumeBytes), volumes.Where(v => !_context.Volumes.IsUsed(v.Name)).Sum(VolumeBytes)),
        };
    }

    private UsageLine BlobsOf()
    {
        List<Digest> blobs = [.. _context.Store.Blobs.List()];
        return new(blobs.Count, blobs.Count, blobs.Sum(_context.Store.Blobs.SizeOf), 0);
    }

    private static long VolumeBytes(Volumes.VolumeRecord volume) => ContentBytes(volume.Mountpoint);

    // Without the directory itself, which is there from the start: an untouched container adds nothing.
    private static long ContentBytes(string directory)
    {
        using DirFd itself = DirFd.Open(directory);
        const int BlockSize = 512;
        return TreeUsage.Measure(directory).Bytes - itself.Status().Blocks * BlockSize;
    }
}
