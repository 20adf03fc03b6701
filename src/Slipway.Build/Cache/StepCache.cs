using Slipway.Build.Graph;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Metadata;

namespace Slipway.Build.Cache;

// Table (room "build"):
//   steps(key, chain_id, diff_id, blob, blob_size, blob_type, ingredients, created)
//     one row a step that this machine has made itself (invariant I15): key is the digest of the ingredients, which are kept as text so that a
//     miss can be explained; chain_id and the columns after it are NULL where the step made no layer.

/// <summary>
/// What each step made, by the digest of everything that it depended on. It holds no configuration, and it keeps no layer alive: a row whose
/// layer or blob has been collected is a miss.
/// </summary>
internal sealed class StepCache
{
    private static readonly string[] s_steps =
    [
        """
        CREATE TABLE steps(key TEXT PRIMARY KEY, chain_id TEXT, diff_id TEXT, blob TEXT, blob_size INTEGER, blob_type TEXT,
            ingredients TEXT NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;
        """,
    ];

    private readonly Database _database;
    private readonly TimeProvider _clock;

    public StepCache(Database database, TimeProvider clock)
    {
        _database = database;
        _clock = clock;
        _database.Migrate("build", s_steps);
    }

    /// <summary>What a step of this key made, whether that is still there or not; null where none was recorded.</summary>
    public CachedStep? Find(Digest key)
    {
        List<CachedStep> rows = _database.Query(
            "SELECT chain_id, diff_id, blob, blob_size, blob_type FROM steps WHERE key = @key",
            static r => r.IsNull(0)
                ? new CachedStep(null)
                : new CachedStep(new BuiltLayer(Digest.Parse(r.GetString(0)), Digest.Parse(r.GetString(1)), new Descriptor
                {
                    Digest = Digest.Parse(r.GetString(2)),
                    Size = r.GetInt64(3),
                    MediaType = r.GetString(4),
                })),
            ("@key", key.ToString()));
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Records what a step made; replaces an older record.</summary>
    public void Put(Ingredients ingredients, BuiltLayer? layer) => _database.Execute(
        """
        INSERT OR REPLACE INTO steps(key, chain_id, diff_id, blob, blob_size, blob_type, ingredients, created)
        VALUES(@key, @chain, @diff, @blob, @size, @type, @ingredients, @now)
        """,
        ("@key", ingredients.Digest.ToString()),
        ("@chain", layer?.ChainId.ToString()),
        ("@diff", layer?.DiffId.ToString()),
        ("@blob", layer?.Blob.Digest.ToString()),
        ("@size", layer?.Blob.Size),
        ("@type", layer?.Blob.MediaType),
        ("@ingredients", ingredients.ToString()),
        ("@now", _clock.GetUtcNow().ToUnixTimeSeconds()));
}

/// <summary>A record of the cache: the layer, or null where the step made none.</summary>
internal sealed record CachedStep(BuiltLayer? Layer);

/// <summary>A layer of a build: unpacked under its chain id, packed as a blob.</summary>
internal sealed record BuiltLayer(Digest ChainId, Digest DiffId, Descriptor Blob);
