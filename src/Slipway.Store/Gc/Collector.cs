using System.Text;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Blobs;
using Slipway.Store.Layers;
using Slipway.Store.Leases;
using Slipway.Store.Metadata;

namespace Slipway.Store.Gc;

/// <summary>
/// Removes what nothing refers to: reachability from images, leases and pins. It knows no containers; whoever uses a layer pins it
/// (<see cref="LeaseStore.Pin"/>). A kill at any point leaves garbage that the next collection or sweep takes.
/// </summary>
public sealed class Collector
{
    private readonly StorePaths _paths;
    private readonly Database _database;
    private readonly BlobStore _blobs;
    private readonly LayerStore _layers;
    private readonly LeaseStore _leases;

    /// <summary>From this many files on, or <see cref="ManyBytes"/>, their removal is worth a process of its own.</summary>
    private const long ManyFiles = 500, ManyBytes = 32L << 20;

    internal Collector(StorePaths paths, Database database, BlobStore blobs, LayerStore layers, LeaseStore leases)
    {
        _paths = paths;
        _database = database;
        _blobs = blobs;
        _layers = layers;
        _leases = leases;
    }

    /// <summary>Who removes much in the background; null: whoever collects waits for it.</summary>
    public IBackgroundRemover? Remover { get; set; }

    /// <summary>Takes away every blob and layer that no image, lease or pin reaches. Their removal from the disk may go on afterwards.</summary>
    /// <exception cref="Linux.LinuxException">A file could not be removed.</exception>
    public Collected Collect()
    {
        // Under the write lock, so that nobody comes to rely on something between the decision and its end: who wants to keep a blob or
        // a layer adds it to a lease first, and that waits for us. In there files only lose their names; the long part comes after.
        using var bin = new CollectionBin(_paths, _blobs, _layers);
        (List<(Digest Digest, long Bytes)> blobs, List<LayerInfo> layers) = _database.InTransaction(() => (TakeBlobs(bin), TakeLayers(bin)));
        long blobBytes = blobs.Sum(b => b.Bytes);
        if (layers.Sum(l => l.Files) >= ManyFiles || blobBytes >= ManyBytes)
            bin.TryHandOver(Remover, _leases);
        return new Collected([.. blobs.Select(b => b.Digest)], [.. layers.Select(l => l.ChainId)], blobBytes + layers.Sum(l => l.Bytes));
    }

    /// <summary>The other side of <see cref="IBackgroundRemover"/>: removes what a collection took away, and ends the lease under which it was handed over.</summary>
    public void FinishRemoval(string staging, string lease)
    {
        if (!StagingDirectory.IsNameOf(Encoding.UTF8.GetBytes(staging)) || staging.Contains('/', StringComparison.Ordinal) || !Guid.TryParseExact(lease, "N", out _))
            throw new SlipwayException(ErrorKind.InvalidArgument, "finish a removal: these are not the names of one");
        using (DirFd tmp = DirFd.Open(_paths.Tmp))
            tmp.RemoveTree(Encoding.ASCII.GetBytes(staging));
        _leases.ReleaseHandedOver(lease);
    }

    /// <summary>
    /// Removes what dead processes left in staging: half-built layers, which are locked while they live, and all else that is older than
    /// every operation still running. It writes nothing, so that it helps when the disk is full.
    /// </summary>
    /// <returns>False where something was left that can't be told from what is still being made.</returns>
    /// <exception cref="Linux.LinuxException">A file could not be removed.</exception>
    public bool Sweep()
    {
        _layers.Sweep();
        _blobs.TrimIngest();
        using DirFd tmp = DirFd.Open(_paths.Tmp), ingest = DirFd.Open(_paths.Ingest);
        // First the names, then the leases: whoever made one of these names had its lease before.
        List<(DirFd Directory, byte[] Name, FileTime Changed)> staged = [.. Staged(tmp), .. Staged(ingest)];
        // A second of margin for the coarse clock of the file system.
        FileTime limit = _leases.OldestStart() is { } oldest ? FileTime.From(DateTimeOffset.FromUnixTimeMilliseconds(oldest - 1000)) : new FileTime(long.MaxValue, 0);
        bool complete = true;
        foreach ((DirFd directory, byte[] name, FileTime changed) in staged)
        {
            if (changed < limit)
                directory.RemoveTree(name);
            else
                complete = false;
        }
        return complete;
    }

    private List<(Digest, long)> TakeBlobs(CollectionBin bin)
    {
        HashSet<string> kept = [.. _database.Query(
            "SELECT digest FROM image_blobs UNION SELECT digest FROM lease_items WHERE kind = @blob", static r => r.GetString(0), ("@blob", LeaseStore.Blob))];
        var gone = new List<(Digest, long)>();
        foreach (Digest digest in _blobs.List().Where(d => !kept.Contains(d.ToString())).ToList())
        {
            gone.Add((digest, _blobs.StoredBytesOf(digest)));
            bin.Take(digest);
        }
        return gone;
    }

    private List<LayerInfo> TakeLayers(CollectionBin bin)
    {
        Dictionary<Digest, LayerInfo> all = _layers.List().ToDictionary(l => l.ChainId);
        var kept = new HashSet<Digest>();
        foreach (Digest? root in _database.Query(
            "SELECT chain_id FROM image_layers UNION SELECT chain_id FROM layer_users UNION SELECT digest FROM lease_items WHERE kind = @layer",
            static r => Digest.Parse(r.GetString(0)),
            ("@layer", LeaseStore.Layer)))
        {
            // A layer without its parents is of no use.
            for (Digest? at = root; at is { } layer && kept.Add(layer);)
                at = all.GetValueOrDefault(layer)?.Parent;
        }
        List<LayerInfo> gone = [.. all.Values.Where(l => !kept.Contains(l.ChainId))];
        gone.ForEach(bin.Take);
        return gone;
    }

    private static IEnumerable<(DirFd, byte[], FileTime)> Staged(DirFd directory)
    {
        foreach (DirEntry entry in directory.List())
        {
            if (!StagingDirectory.IsNameOf(entry.Name) && !BlobStore.IsKept(entry.Name) && directory.TryStatus(entry.Name, out FileStatus status))
                yield return (directory, entry.Name, status.Changed);
        }
    }
}
