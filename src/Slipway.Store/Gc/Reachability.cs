using Slipway.Oci;
using Slipway.Store.Layers;
using Slipway.Store.Leases;
using Slipway.Store.Metadata;

namespace Slipway.Store.Gc;

/// <summary>
/// What may not be collected, as it is at one moment: what images, leases and pins reach. Asked under the database's write lock. It costs by
/// what is asked and what is being made, not by how much the store holds.
/// </summary>
internal sealed class Reachability
{
    private const string ImagesOfBlob = "SELECT image FROM image_blobs WHERE digest = @digest", ImagesOfLayer = "SELECT image FROM image_layers WHERE chain_id = @digest";
    private readonly Database _database;
    private readonly LayerStore _layers;
    private readonly IReadOnlySet<Digest> _gone;
    private readonly HashSet<Digest> _leasedBlobs;
    private readonly Lazy<HashSet<Digest>> _heldLayers;

    /// <param name="database">Of the store.</param>
    /// <param name="layers">Know what a layer stands on.</param>
    /// <param name="except">A lease that counts for nothing; null: none.</param>
    /// <param name="forecast">Who else counts for nothing; null: nobody.</param>
    public Reachability(Database database, LayerStore layers, Lease? except, Forecast? forecast = null)
    {
        _database = database;
        _layers = layers;
        _gone = forecast?.Images ?? new HashSet<Digest>();
        _leasedBlobs = [.. Leased(LeaseStore.Blob, except)];
        _heldLayers = new(() => Held(except, forecast));
    }

    public bool HasBlob(Digest blob) => _leasedBlobs.Contains(blob) || IsOfAnImage(ImagesOfBlob, blob);

    // An image has all of its layers, those below too.
    public bool HasLayer(Digest layer) => IsOfAnImage(ImagesOfLayer, layer) || _heldLayers.Value.Contains(layer);

    // What leases and pins hold that no image has, and what that stands on: a layer without those below is of no use.
    private HashSet<Digest> Held(Lease? except, Forecast? forecast)
    {
        var held = new HashSet<Digest>();
        foreach (Digest root in Leased(LeaseStore.Layer, except).Concat(Pinned(forecast)))
        {
            for (Digest? at = root; at is { } layer && !IsOfAnImage(ImagesOfLayer, layer) && held.Add(layer);)
                at = _layers.Find(layer)?.Parent;
        }
        return held;
    }

    private IEnumerable<Digest> Pinned(Forecast? forecast) => forecast is null
        ? _database.Query("SELECT DISTINCT chain_id FROM layer_users", static r => r.GetDigest(0))
        : _database.Query("SELECT user, chain_id FROM layer_users", static r => (User: r.GetString(0), Layer: r.GetDigest(1))).Where(p => !forecast.Users.Contains(p.User)).Select(p => p.Layer).Distinct();

    private List<Digest> Leased(int kind, Lease? except) => _database.Query(
        "SELECT DISTINCT digest FROM lease_items WHERE kind = @kind AND lease <> @except", static r => r.GetDigest(0), ("@kind", kind), ("@except", except?.Id ?? ""));

    private bool IsOfAnImage(string sql, Digest digest) => _gone.Count == 0
        ? _database.Query(sql + " LIMIT 1", static _ => true, ("@digest", digest)).Count > 0
        : _database.Query(sql, static r => r.GetDigest(0), ("@digest", digest)).Exists(image => !_gone.Contains(image));
}
