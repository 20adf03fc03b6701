using Slipway.Oci;
using Slipway.Store.Gc;

namespace Slipway.Store.Images;

/// <content>What images occupy.</content>
public sealed partial class ImageStore
{
    /// <summary>Disk blocks of the images' layers, in bytes, from the database alone; a layer of which only older rows tell is left out.</summary>
    public IReadOnlyDictionary<Digest, long> LayerBytes() => _database
        .Query("SELECT DISTINCT chain_id, bytes FROM image_layers WHERE bytes IS NOT NULL", static r => KeyValuePair.Create(r.GetDigest(0), r.GetInt64(1)))
        .DistinctBy(p => p.Key).ToDictionary();

    /// <summary>Disk blocks of each image's layers, in bytes.</summary>
    public IReadOnlyDictionary<Digest, long> Sizes() => _database
        .Query("SELECT image, sum(bytes), count(*) = count(bytes) FROM image_layers GROUP BY image", static r => (Image: r.GetDigest(0), Bytes: r.IsNull(1) ? 0 : r.GetInt64(1), IsWhole: r.GetInt32(2) != 0))
        // Rows that are older than the column say nothing: then the layers do.
        .ToDictionary(s => s.Image, s => s.IsWhole ? s.Bytes : FindById(s.Image)?.ChainIds.Sum(l => _layers.Find(l)?.Bytes ?? 0) ?? 0);

    /// <summary>
    /// How many bytes of disk would be free without these images, each after the ones before it: what several share counts at the last. The sum is
    /// what is free when all are gone.
    /// </summary>
    /// <param name="images">In the order in which they go.</param>
    /// <param name="users">Users of pins, <c>container/ID</c>, that will be gone before.</param>
    public IReadOnlyDictionary<Digest, long> BytesFreedBy(IReadOnlyList<Digest> images, IReadOnlySet<string> users) => _database.InSnapshot(() =>
    {
        var reachable = new Reachability(_database, _layers, null, new Forecast(images.ToHashSet(), users));
        var counted = new HashSet<(bool IsLayer, Digest Digest)>();
        var freed = new Dictionary<Digest, long>();
        // The last first: it is the one with which goes what it shares with those before.
        foreach (Digest image in images.Reverse())
        {
            freed[image] = PartsOf(image).Where(counted.Add).Sum(p =>
                p.IsLayer ? !reachable.HasLayer(p.Digest) && _layers.Find(p.Digest) is { } layer ? _layers.DiskBytesOf(layer) : 0
                : reachable.HasBlob(p.Digest) ? 0 : _blobs.DiskBytesOf(p.Digest));
        }
        return freed;
    });

    /// <summary>Everything that an image is made of: its layers and its blobs.</summary>
    public IEnumerable<(bool IsLayer, Digest Digest)> PartsOf(Digest image) =>
        [.. Parts("SELECT chain_id FROM image_layers WHERE image = @id", image).Select(l => (true, l)), .. Parts("SELECT digest FROM image_blobs WHERE image = @id", image).Select(b => (false, b))];

    private List<Digest> Parts(string sql, Digest image) => _database.Query(sql, static r => r.GetDigest(0), ("@id", image));

    /// <summary>What every image occupies, and all of them together.</summary>
    public ImagesUsage Usage()
    {
        (List<(Digest Image, Digest Part)> layers, List<(Digest Image, Digest Part)> blobs, List<Digest> images) = _database.InSnapshot(() => (
            Pairs("SELECT DISTINCT image, chain_id FROM image_layers"),
            Pairs("SELECT image, digest FROM image_blobs"),
            _database.Query("SELECT id FROM images ORDER BY id", static r => r.GetDigest(0))));
        var layerBytes = layers.Select(l => l.Part).Distinct().ToDictionary(l => l, l => _layers.Find(l)?.Bytes ?? 0);
        var blobBytes = blobs.Select(b => b.Part).Distinct().ToDictionary(b => b, b => _blobs.StoredBytesOf(b));
        HashSet<Digest> shared = [.. layers.Concat(blobs).GroupBy(p => p.Part).Where(g => g.Select(p => p.Image).Distinct().Count() > 1).Select(g => g.Key)];
        ILookup<Digest, Digest> layersOf = layers.ToLookup(l => l.Image, l => l.Part), blobsOf = blobs.ToLookup(b => b.Image, b => b.Part);
        return new ImagesUsage(
            [.. images.Select(i => new ImageUsage(
                i,
                layersOf[i].Sum(l => layerBytes[l]),
                blobsOf[i].Sum(b => blobBytes[b]),
                layersOf[i].Where(shared.Contains).Sum(l => layerBytes[l]) + blobsOf[i].Where(shared.Contains).Sum(b => blobBytes[b])))],
            layerBytes.Values.Sum(),
            blobBytes.Values.Sum());

        List<(Digest, Digest)> Pairs(string sql) => _database.Query(sql, static r => (r.GetDigest(0), r.GetDigest(1)));
    }
}
