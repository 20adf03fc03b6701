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
public sealed partial class Collector
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
    public Collected Collect() => Collect(() => new Suspects([.. _blobs.List()], [.. _layers.List().Select(l => l.ChainId)]), null);

    /// <summary>Of what a lease holds, takes away what nothing else reaches. The lease stays, so that somebody hears of it where this is killed.</summary>
    /// <exception cref="Linux.LinuxException">A file could not be removed.</exception>
    public Collected Collect(Lease lease) => Collect(() => _leases.ItemsOf(lease), lease);

    /// <summary>Of these, takes away what no image, lease or pin reaches.</summary>
    internal Collected Collect(Suspects suspects) => Collect(() => suspects, null);

    /// <summary>Does work under a lease. What it brought into the store and nothing refers to at its end goes again, and all of it where it fails.</summary>
    /// <param name="what">As <see cref="LeaseStore.Acquire"/> takes it.</param>
    /// <param name="body">The work.</param>
    public T UnderLease<T>(string what, Func<Lease, T> body)
    {
        using Lease lease = _leases.Acquire(what);
        T result;
        try
        {
            result = body(lease);
        }
        catch
        {
            CollectQuietly(lease);
            throw;
        }
        Collect(lease);
        return result;
    }

    /// <summary>As <see cref="Collect(Lease)"/> after a failure, which is what a person must hear of; what can't be removed now is left to <c>system check</c>.</summary>
    public void CollectQuietly(Lease lease)
    {
        try
        {
            Collect(lease);
        }
        catch (Exception e) when (e is IOException or SlipwayException)
        {
        }
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

    private Collected Collect(Func<Suspects> find, Lease? except)
    {
        // Under the write lock, so that nobody comes to rely on something between the decision and its end: who wants to keep a blob or
        // a layer adds it to a lease first, and that waits for us. In there files only lose their names; the long part comes after.
        using var bin = new CollectionBin(_paths, _blobs, _layers);
        (List<(Digest Digest, long Bytes)> blobs, List<(LayerInfo Info, long Bytes)> layers) = _database.InTransaction(() =>
        {
            Suspects suspects = find();
            var reachable = new Reachability(_database, _layers, except);
            return (TakeBlobs(bin, suspects.Blobs.Where(b => !reachable.HasBlob(b))), TakeLayers(bin, suspects.Layers.Where(l => !reachable.HasLayer(l))));
        });
        long blobBytes = blobs.Sum(b => b.Bytes);
        if (layers.Sum(l => l.Info.Files) >= ManyFiles || blobBytes >= ManyBytes)
            bin.TryHandOver(Remover, _leases);
        return new Collected([.. blobs.Select(b => b.Digest)], [.. layers.Select(l => l.Info.ChainId)], blobBytes + layers.Sum(l => l.Bytes));
    }

    private List<(Digest, long)> TakeBlobs(CollectionBin bin, IEnumerable<Digest> unreachable)
    {
        var gone = new List<(Digest, long)>();
        foreach (Digest digest in unreachable.Where(_blobs.Contains))
        {
            gone.Add((digest, _blobs.DiskBytesOf(digest)));
            bin.Take(digest);
        }
        return gone;
    }

    private List<(LayerInfo, long)> TakeLayers(CollectionBin bin, IEnumerable<Digest> unreachable)
    {
        List<(LayerInfo Info, long)> gone = [.. unreachable.Select(_layers.Find).OfType<LayerInfo>().Select(l => (l, _layers.DiskBytesOf(l)))];
        gone.ForEach(layer => bin.Take(layer.Info));
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
