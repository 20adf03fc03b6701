using Slipway.Oci;
using Slipway.Store;
using Slipway.Store.Gc;
using Slipway.Store.Metadata;

namespace Slipway.Build.Cache;

/// <summary>What builds keep so that the next ones are fast: how much it is, and giving it up. What is in use is never given up.</summary>
/// <param name="store">Whose.</param>
/// <param name="clock">Tells what is old.</param>
public sealed class BuildCache(ImageStorage store, TimeProvider clock)
{
    /// <summary>How much disk the cache takes when nobody says: a tenth of the file system, in these bounds.</summary>
    private const long LeastLimit = 2L << 30, MostLimit = 50L << 30;

    /// <summary>For how long the explanation of a miss remembers what was given up.</summary>
    private static readonly TimeSpan s_memory = TimeSpan.FromDays(30);

    /// <summary>What was not used for so long goes, however much room there is.</summary>
    private static readonly TimeSpan s_unused = TimeSpan.FromDays(60);

    private const string Select =
        """
        SELECT key, chain_id, title, created, used, uses, bytes,
            EXISTS(SELECT 1 FROM image_layers WHERE image_layers.chain_id = steps.chain_id),
            EXISTS(SELECT 1 FROM lease_items WHERE kind = 1 AND digest = steps.chain_id)
        FROM steps WHERE gone IS NULL ORDER BY used, created DESC, key
        """;

    /// <summary>The user under which the cache has a layer pinned.</summary>
    public static string PinOf(Digest layer) => StepCache.PinOf(layer);

    /// <summary>The user under which the layers of a step that failed are pinned.</summary>
    public static string PinOfFailed(string id) => FailedSteps.PinOf(id);

    /// <summary>Every record, cache mounts, contexts and what failed steps left among them, those used longest ago first.</summary>
    public IReadOnlyList<CacheRecord> List() => [.. ListSteps().Concat(Failed.List()).Concat(ListDirectories(CancellationToken.None)).OrderBy(record => record.Used)];

    /// <summary>Contexts that clients have sent.</summary>
    public KeptContexts Contexts => new(store);

    private CacheMounts Mounts => new(store);

    private FailedSteps Failed => new(store, clock);

    private IEnumerable<CacheRecord> ListDirectories(CancellationToken ct) => Mounts.List(ct).Concat(Contexts.List(ct));

    // A step or a build may have taken one since it was listed.
    private bool TryRemove(CacheRecord record) => record.IsMount ? Mounts.TryRemove(record.Key) : Contexts.TryRemove(record.Key);

    private List<CacheRecord> ListSteps()
    {
        store.Database.Migrate("build", StepCache.Tables);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        List<CacheRecord> records = store.Database.Query(Select, Read);
        // A layer counts once, with the record that was used last.
        for (int i = records.Count - 1; i >= 0; i--)
        {
            if (records[i].Layer is { } layer && !seen.Add(layer.Hex))
                records[i] = records[i] with { Bytes = 0 };
        }
        return records;
    }

    /// <summary>Gives up what the rules say. Containers and images keep the layers that they have; builds that run keep what they use.</summary>
    /// <returns>The records that are gone, and the bytes of disk that this freed.</returns>
    public CachePruned Prune(CachePruneRules rules, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(rules);
        List<CacheRecord> directories = [.. ListDirectories(ct)];
        bool hadExpired = Failed.Expire();
        IReadOnlyList<CacheRecord> gone = store.Database.InTransaction(() =>
        {
            CacheRecord[] all = [.. ListSteps().Concat(Failed.List()).Concat(directories).OrderBy(record => record.Used)];
            long free = rules.FreeBytes > 0 ? new DriveInfo(store.Paths.DataRoot).AvailableFreeSpace : 0;
            IReadOnlyList<CacheRecord> chosen = rules.On(all.Sum(record => record.Bytes), free).Choose(all, clock.GetUtcNow());
            foreach (CacheRecord record in chosen.Where(record => !record.IsMutable))
                GiveUp(record);
            Forget();
            return chosen;
        });
        ct.ThrowIfCancellationRequested();
        gone = [.. gone.Where(record => !record.IsMutable || TryRemove(record))];
        if (gone.Count == 0 && !hadExpired)
            return new([], 0);
        Collected collected = store.Collector.Collect();
        return new(gone, collected.Bytes + gone.Where(record => record.IsMutable).Sum(record => record.Bytes));
    }

    /// <summary>Keeps the cache within its limits: called at the end of builds.</summary>
    public void EnforceLimits(CancellationToken ct) => EnforceLimits(DefaultLimit(), ct);

    /// <param name="limit">What the cache may take, in bytes of disk.</param>
    /// <param name="ct">Ends it.</param>
    internal void EnforceLimits(long limit, CancellationToken ct)
    {
        store.Database.Migrate("build", StepCache.Tables);
        long oldest = (clock.GetUtcNow() - s_unused).ToUnixTimeSeconds();
        (long bytes, long used) = store.Database.Query(
            "SELECT COALESCE(SUM(bytes), 0), COALESCE(MIN(used), @now) FROM steps WHERE gone IS NULL",
            static r => (r.GetInt64(0), r.GetInt64(1)), ("@now", clock.GetUtcNow().ToUnixTimeSeconds()))[0];
        if (Failed.Expire())
            store.Collector.Collect();
        if (used < oldest)
            Prune(new() { All = true, UnusedFor = s_unused }, ct);
        // What failed steps left counts too: their mounts may have shown whole contexts.
        if (bytes + Failed.List().Sum(record => record.Bytes) > limit)
            Prune(new() { All = true, KeepBytes = limit }, ct);
    }

    /// <summary>What the cache may take, in bytes of disk.</summary>
    public long DefaultLimit() => Math.Clamp(new DriveInfo(store.Paths.DataRoot).TotalSize / 10, LeastLimit, MostLimit);

    private void GiveUp(CacheRecord record)
    {
        if (record.FailedStep is { } id)
        {
            Failed.Remove(id);
            return;
        }
        store.Database.Execute("UPDATE steps SET gone = @now WHERE key = @key", ("@now", clock.GetUtcNow().ToUnixTimeSeconds()), ("@key", record.Key));
        bool isShared = record.Layer is { } layer && store.Database.Query("SELECT 1 FROM steps WHERE chain_id = @chain AND gone IS NULL LIMIT 1", static _ => true, ("@chain", layer)).Count > 0;
        if (record.Layer is { } own && !isShared)
            store.Leases.Unpin(StepCache.PinOf(own));
        StepCache.FilesOf(store).Delete(record.Key);
        StepCache.MembersOf(store).Delete(record.Key);
    }

    private void Forget() =>
        store.Database.Execute("DELETE FROM steps WHERE gone < @limit", ("@limit", (clock.GetUtcNow() - s_memory).ToUnixTimeSeconds()));

    private static CacheRecord Read(Row r) => new(
        Digest.Parse(r.GetString(0)),
        r.IsNull(1) ? null : Digest.Parse(r.GetString(1)),
        r.GetString(2),
        DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(3)),
        DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(4)),
        r.GetInt64(5),
        r.GetInt64(6),
        r.GetInt64(7) != 0,
        r.GetInt64(8) != 0);
}
