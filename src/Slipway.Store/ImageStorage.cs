using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Blobs;
using Slipway.Store.Gc;
using Slipway.Store.Images;
using Slipway.Store.Images.Archives;
using Slipway.Store.Layers;
using Slipway.Store.Leases;
using Slipway.Store.Metadata;
using Slipway.Store.Recipes;

namespace Slipway.Store;

/// <summary>Everything that lasts. Any number of processes may have the same store open.</summary>
public sealed class ImageStorage : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private ImageStorage(StorePaths paths, TimeProvider clock)
    {
        Paths = paths;
        Database = new Database(paths.Database);
        Leases = new LeaseStore(paths, Database, clock);
        var recipes = new RecipeStore(paths);
        Blobs = new BlobStore(paths, Leases, recipes, clock);
        Layers = new LayerStore(paths, Blobs, Leases);
        Collector = new Collector(paths, Database, Blobs, Layers, Leases);
        Images = new ImageStore(Database, Blobs, Layers, Leases, Collector, clock);
        Compactor = new BlobCompactor(paths, Blobs, Layers, Images, Leases, recipes);
        Archives = new ImageArchives(Blobs, Layers, Images, Leases, Collector, clock);
    }

    /// <summary>Where it lies.</summary>
    public StorePaths Paths { get; }

    /// <summary>All mutable state.</summary>
    public Database Database { get; }

    /// <summary>What may not be collected although no image refers to it.</summary>
    public LeaseStore Leases { get; }

    /// <summary>Immutable content by digest.</summary>
    public BlobStore Blobs { get; }

    /// <summary>Images and their names.</summary>
    public ImageStore Images { get; }

    /// <summary>Unpacked layers by chain id.</summary>
    public LayerStore Layers { get; }

    /// <summary>Images as files: load, save, import.</summary>
    public ImageArchives Archives { get; }

    /// <summary>Keeps layers once: drops blobs that can be made again of their trees.</summary>
    public BlobCompactor Compactor { get; }

    /// <summary>Removes what nothing refers to.</summary>
    public Collector Collector { get; }

    /// <summary>Opens the store, and makes it where there is none. What dead processes left is removed.</summary>
    /// <param name="paths">Where it lies.</param>
    /// <param name="clock">Tells when things happen.</param>
    /// <exception cref="SlipwayException">Denied: the place can't be written; Corrupt or NotSupported: the database can't be used.</exception>
    public static ImageStorage Open(StorePaths paths, TimeProvider clock)
    {
        MakeDirectories(paths);
        var store = new ImageStorage(paths, clock);
        try
        {
            if (store.Leases.HasStale())
                store.Recover();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Database.Dispose();

    // (1) staging, which needs no room on the disk; (2) under a lease of our own, which tells the next to open that we were killed in here,
    // (3) the dead leases and (4) what only they held. What can't be removed now must not keep anyone from working: the lease then stays
    // until our end, and the next to open tries again.
    private void Recover()
    {
        try
        {
            bool complete = Collector.Sweep();
            Lease lease = Leases.Acquire("recover");
            Leases.DropStale();
            Collector.Collect();
            Blobs.DropFinished();
            if (complete)
                lease.Dispose();
        }
        catch (Exception e) when (e is IOException or SlipwayException or UnauthorizedAccessException)
        {
        }
    }

    private static void MakeDirectories(StorePaths paths)
    {
        // The last one made is the sign that all are there.
        if (Directory.Exists(paths.LeaseLocks) && Directory.Exists(paths.RunRoot))
            return;
        try
        {
            foreach (string path in (string[])[paths.DataRoot, paths.RunRoot, Path.GetDirectoryName(Path.GetDirectoryName(paths.Blobs))!, Path.GetDirectoryName(paths.Blobs)!,
                paths.Blobs, paths.Ingest, paths.Layers, paths.Containers, paths.Volumes, paths.Trash, paths.Tmp, paths.LeaseLocks])
                Directory.CreateDirectory(path, OwnerOnly);
            DirectorySpread.TrySet(paths.Tmp);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SlipwayException(ErrorKind.Denied, $"make the store at '{paths.DataRoot}': {ErrorText.Of(e)}", e)
            {
                Hint = "choose another place with --data-root and --run-root",
            };
        }
    }
}
