using Slipway.Oci;
using Slipway.Store.Blobs;
using Slipway.Store.Leases;
using Slipway.Store.Metadata;

namespace Slipway.Store.Gc;

/// <summary>
/// Removes what nothing refers to: reachability from images, leases and pins. It knows no containers; whoever uses a layer pins it
/// (<see cref="LeaseStore.Pin"/>).
/// </summary>
public sealed class Collector
{
    private readonly StorePaths _paths;
    private readonly Database _database;
    private readonly BlobStore _blobs;
    private readonly LeaseStore _leases;

    internal Collector(StorePaths paths, Database database, BlobStore blobs, LeaseStore leases)
    {
        _paths = paths;
        _database = database;
        _blobs = blobs;
        _leases = leases;
    }

    /// <summary>Removes every blob and layer that no image, lease or pin reaches.</summary>
    public Collected Collect()
    {
        (List<(Digest Digest, long Bytes)> blobs, List<Digest> layers) = _database.InTransaction(TakeAway);
        return new Collected([.. blobs.Select(b => b.Digest)], layers, blobs.Sum(b => b.Bytes));
    }

    // Under the write lock, so that nobody can come to rely on a blob between the decision and its end: who wants to keep one adds it
    // to a lease first, and that waits for us. Unlinking blobs is quick; layers are renamed away here and removed after.
    private (List<(Digest, long)>, List<Digest>) TakeAway()
    {
        HashSet<string> kept = [.. _database.Query(
            "SELECT digest FROM image_blobs UNION SELECT digest FROM lease_items WHERE kind = @blob", static r => r.GetString(0), ("@blob", LeaseStore.Blob))];
        var gone = new List<(Digest, long)>();
        foreach (Digest digest in _blobs.List().Where(d => !kept.Contains(d.ToString())).ToList())
        {
            gone.Add((digest, _blobs.SizeOf(digest)));
            _blobs.Delete(digest);
        }
        return (gone, []);
    }
}
