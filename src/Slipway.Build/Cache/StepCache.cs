using Slipway.Build.Graph;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store;
using Slipway.Store.Metadata;

namespace Slipway.Build.Cache;

// Table (room "build"):
//   steps(key, chain_id, diff_id, blob, blob_size, blob_type, title, place, ingredients, created, used, uses, duration, bytes, gone)
//     one row a step that this machine has made itself (invariant I15). key is the digest of the ingredients, which are kept as text so that a miss
//     can be explained; place is where in a Dockerfile such a step stands, so that the one that a miss just missed can be found. chain_id and
//     diff_id are NULL where the step made no layer, blob and its columns where the layer was never packed. Times are seconds since 1970, duration
//     is milliseconds, bytes are the layer's disk blocks. gone is when the layer was given up, else NULL: such a row only says that it was there.
//   What a row has is kept from the collector by a pin of the layer, "cache/HEX" (LeaseStore).

/// <summary>What each step made, by the digest of everything that it depended on. It holds no configuration.</summary>
internal sealed class StepCache
{
    /// <summary>The tables, as <see cref="Database.Migrate"/> takes them.</summary>
    public static IReadOnlyList<string> Tables => s_steps;

    private static readonly string[] s_steps =
    [
        """
        CREATE TABLE steps(key TEXT PRIMARY KEY, chain_id TEXT, diff_id TEXT, blob TEXT, blob_size INTEGER, blob_type TEXT,
            ingredients TEXT NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;
        """,
        """
        DROP TABLE steps;
        CREATE TABLE steps(key TEXT PRIMARY KEY, chain_id TEXT, diff_id TEXT, blob TEXT, blob_size INTEGER, blob_type TEXT, title TEXT NOT NULL,
            place TEXT NOT NULL, ingredients TEXT NOT NULL, created INTEGER NOT NULL, used INTEGER NOT NULL, uses INTEGER NOT NULL,
            duration INTEGER NOT NULL, bytes INTEGER NOT NULL, gone INTEGER) WITHOUT ROWID;
        CREATE INDEX steps_by_place ON steps(place, used);
        CREATE INDEX steps_by_layer ON steps(chain_id);
        """,
    ];

    private readonly ImageStorage _store;
    private readonly TimeProvider _clock;
    private readonly List<Digest> _used = [];

    public StepCache(ImageStorage store, TimeProvider clock)
    {
        (_store, _clock) = (store, clock);
        Locks = new(Directory.CreateDirectory(Path.Join(store.Paths.BuildCache, "locks"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName);
        Files = FilesOf(store);
        Members = MembersOf(store);
        store.Database.Migrate("build", s_steps);
    }

    /// <summary>What COPY steps brought.</summary>
    public StepFiles Files { get; }

    /// <summary>What the blobs of COPY steps consist of.</summary>
    public StepMembers Members { get; }

    /// <summary>One maker a key.</summary>
    public StepLocks Locks { get; }

    /// <summary>What a step of this key made, whether that is still there or not; null where none was recorded.</summary>
    public CachedStep? Find(Digest key)
    {
        List<CachedStep> rows = _store.Database.Query(
            "SELECT chain_id, diff_id, blob, blob_size, blob_type FROM steps WHERE key = @key AND gone IS NULL", static r => new CachedStep(Layer(r)), ("@key", key));
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Records what a step made under all of its keys; replaces older records. The layer is kept from now on.</summary>
    public void Put(IReadOnlyList<Ingredients> keys, BuiltLayer? layer, MadeStep made) => _store.Database.InTransaction(() =>
    {
        foreach (Ingredients key in keys)
            Put(key, layer, made);
        if (layer is not null)
            _store.Leases.Pin(PinOf(layer.ChainId), [layer.ChainId]);
    });

    /// <summary>Remembers that a record was of use; written by <see cref="SaveUses"/>.</summary>
    public void Use(Digest key)
    {
        lock (_used)
            _used.Add(key);
    }

    /// <summary>Writes down which records were of use.</summary>
    public void SaveUses() => _store.Database.InTransaction(() =>
    {
        foreach (Digest key in _used)
            _store.Database.Execute("UPDATE steps SET used = @now, uses = uses + 1 WHERE key = @key", ("@now", Now), ("@key", key));
    });

    /// <summary>Remembers how a layer is packed, so that the next build needn't.</summary>
    public void SetBlob(Digest chainId, Descriptor blob) => _store.Database.Execute(
        "UPDATE steps SET blob = @blob, blob_size = @size, blob_type = @type WHERE chain_id = @chain",
        ("@blob", blob.Digest), ("@size", blob.Size), ("@type", blob.MediaType), ("@chain", chainId));

    /// <summary>The ingredients of the steps that were made at a place, those used last first.</summary>
    /// <param name="place">As <see cref="PlaceOf"/> has it.</param>
    /// <param name="most">How many.</param>
    public IReadOnlyList<EarlierStep> FindAt(string place, int most) => _store.Database.Query(
        "SELECT key, ingredients, gone, chain_id FROM steps WHERE place = @place ORDER BY used DESC LIMIT @most",
        static r => new EarlierStep(Digest.Parse(r.GetString(0)), Ingredients.Parse(r.GetString(1)), r.IsNull(2) ? null : DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(2)),
            r.IsNull(3) ? null : Digest.Parse(r.GetString(3))),
        ("@place", place), ("@most", most));

    /// <summary>What two steps share that stand at the same place of a Dockerfile and its next version.</summary>
    public static string PlaceOf(VertexPlace place) => $"{place.Stage}/{place.Index}";

    /// <summary>Where lists of files are.</summary>
    public static StepMembers MembersOf(ImageStorage store) => new(Path.Join(store.Paths.BuildCache, "members"));

    public static StepFiles FilesOf(ImageStorage store) => new(Path.Join(store.Paths.BuildCache, "files"));

    /// <summary>Who keeps a layer for the cache.</summary>
    public static string PinOf(Digest chainId) => "cache/" + chainId.Hex;

    private long Now => _clock.GetUtcNow().ToUnixTimeSeconds();

    private void Put(Ingredients key, BuiltLayer? layer, MadeStep made) => _store.Database.Execute(
        """
        INSERT OR REPLACE INTO steps(key, chain_id, diff_id, blob, blob_size, blob_type, title, place, ingredients, created, used, uses, duration, bytes, gone)
        VALUES(@key, @chain, @diff, @blob, @size, @type, @title, @place, @ingredients, @now, @now, 1, @duration, @bytes, NULL)
        """,
        ("@key", key.Digest),
        ("@chain", layer?.ChainId),
        ("@diff", layer?.DiffId),
        ("@blob", layer?.Blob?.Digest),
        ("@size", layer?.Blob?.Size),
        ("@type", layer?.Blob?.MediaType),
        ("@title", made.Place.Title),
        ("@place", PlaceOf(made.Place)),
        ("@ingredients", key.ToString()),
        ("@now", Now),
        ("@duration", (long)made.Duration.TotalMilliseconds),
        ("@bytes", made.Bytes));

    private static BuiltLayer? Layer(Row r)
    {
        if (r.IsNull(0))
            return null;
        Descriptor? blob = r.IsNull(2) ? null : new Descriptor { Digest = Digest.Parse(r.GetString(2)), Size = r.GetInt64(3), MediaType = r.GetString(4) };
        return new(Digest.Parse(r.GetString(0)), Digest.Parse(r.GetString(1)), blob);
    }
}
