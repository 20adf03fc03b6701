using Slipway.Oci;

namespace Slipway.Store.Images;

/// <content>What images occupy.</content>
public sealed partial class ImageStore
{
    /// <summary>Disk blocks of the images' layers, in bytes, from the database alone; a layer of which only older rows tell is left out.</summary>
    public IReadOnlyDictionary<Digest, long> LayerBytes() => _database
        .Query("SELECT DISTINCT chain_id, bytes FROM image_layers WHERE bytes IS NOT NULL", static r => KeyValuePair.Create(Digest.Parse(r.GetString(0)), r.GetInt64(1)))
        .DistinctBy(p => p.Key).ToDictionary();

    /// <summary>What every image occupies, and all of them together.</summary>
    public ImagesUsage Usage()
    {
        (List<(Digest Image, Digest Part)> layers, List<(Digest Image, Digest Part)> blobs, List<Digest> images) = _database.InSnapshot(() => (
            Pairs("SELECT DISTINCT image, chain_id FROM image_layers"),
            Pairs("SELECT image, digest FROM image_blobs"),
            _database.Query("SELECT id FROM images ORDER BY id", static r => Digest.Parse(r.GetString(0)))));
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

        List<(Digest, Digest)> Pairs(string sql) => _database.Query(sql, static r => (Digest.Parse(r.GetString(0)), Digest.Parse(r.GetString(1))));
    }
}
