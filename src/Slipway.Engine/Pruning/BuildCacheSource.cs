using Slipway.Build.Cache;
using Slipway.Oci;
using Slipway.Store.Gc;

namespace Slipway.Engine.Pruning;

/// <summary>
/// Layers that the build cache keeps, those that free something: what an image has anyway is left, unless all is asked for. What cache mounts share,
/// contexts that clients sent, and what steps that failed left to be looked at. And what no build, image or container refers to any more.
/// </summary>
internal sealed class BuildCacheSource(EngineContext context) : IPruneSource
{
    private readonly BuildCache _cache = new(context.Store, context.Options.Clock);

    public PruneKind Kind => PruneKind.BuildCache;

    public IReadOnlyList<PruneCandidate> Find(PruneScope scope)
    {
        // Those used last first; of the records of a layer the one that was.
        IReadOnlyList<CacheRecord> all = _cache.List();
        List<CacheRecord> failed = [.. all.Where(r => r.FailedStep is not null && scope.Takes(IdOf(r), r.Used, () => null))];
        List<(Digest Layer, CacheRecord Record)> cached =
        [
            .. all.Reverse().Where(r => r is { Layer: not null, IsInUse: false, FailedStep: null }).DistinctBy(r => r.Layer)
                .Where(r => scope.Takes(IdOf(true, r.Layer!.Value), r.Used, () => null)).Select(r => (r.Layer!.Value, r)),
        ];
        HashSet<Digest> going = [.. cached.Select(c => c.Layer)], images = scope.GoneImages.Select(Digest.Parse).ToHashSet();
        Dictionary<string, Garbage> garbage = GarbageWithout(images, [.. scope.GoneUsers, .. going.Select(BuildCache.PinOf), .. failed.Select(r => BuildCache.PinOfFailed(r.FailedStep!))]);
        // What images that go count themselves: theirs, and kept by no cache.
        HashSet<string> parts = [.. images.SelectMany(context.Store.Images.PartsOf).Select(p => IdOf(p.IsLayer, p.Digest))];
        foreach (string id in GarbageWithout(images, scope.GoneUsers).Keys.Where(parts.Contains))
            garbage.Remove(id);
        List<PruneCandidate> found = [];
        foreach ((Digest layer, CacheRecord record) in cached)
        {
            long bytes = Take(garbage, layer, going);
            if (bytes > 0 || scope.Request.AllCache)
                found.Add(new(Kind, IdOf(true, layer)) { Name = record.Description, Reason = bytes > 0 ? "build cache: no image has it" : "build cache: an image has it too", Bytes = bytes, LastUse = record.Used });
        }
        found.AddRange(failed.Select(r => new PruneCandidate(Kind, IdOf(r))
        {
            Name = r.Description,
            Reason = $"what a step that failed left for 'slip enter --build {r.FailedStep}'",
            Bytes = r.Layer is { } layer ? Take(garbage, layer, going) : 0,
            LastUse = r.Used,
        }));
        found.AddRange(all.Where(r => r.IsMutable && !r.IsInUse && scope.Takes(IdOf(r), r.Used, () => null)).Select(r =>
            new PruneCandidate(Kind, IdOf(r)) { Name = r.Description, Reason = r.IsMount ? "build cache: what steps with this cache mount share" : "build cache: a context that a client sent", Bytes = r.Bytes, LastUse = r.Used }));
        found.AddRange(garbage.Values.Where(g => scope.Takes(IdOf(g.IsLayer, g.Digest), g.Changed, () => null)).Select(g =>
            new PruneCandidate(Kind, IdOf(g.IsLayer, g.Digest)) { Name = g.Digest.Short, Reason = g.IsLayer ? "a layer that nothing refers to" : "a packed layer that nothing refers to", Bytes = g.Bytes, LastUse = g.Changed }));
        return found;
    }

    public IReadOnlyList<PruneOutcome> Remove(IReadOnlyList<PruneCandidate> candidates, PruneScope scope)
    {
        HashSet<string> wanted = [.. candidates.Select(c => c.Id)];
        // Its collection takes what nothing refers to as well.
        _cache.Prune(new() { All = true, Only = _cache.List().Where(r => wanted.Contains(IdOf(r))).Select(r => r.Key).ToHashSet() }, scope.Cancel);
        context.Store.Collector.Collect([.. GarbageWithout([], []).Where(g => wanted.Contains(g.Key)).Select(g => g.Value)]);
        return [.. candidates.Select(c => new PruneOutcome(c))];
    }

    public string WhyNot(string id) => "it is in use, or gone already";

    private static string IdOf(CacheRecord record) => record switch
    {
        { FailedStep: { } id } => "failed/" + id,
        { Layer: { } layer } => IdOf(true, layer),
        { IsContext: true } => "context/" + record.Key,
        _ => "mount/" + record.Key,
    };

    private static string IdOf(bool isLayer, Digest digest) => (isLayer ? "layer/" : "blob/") + digest;

    private Dictionary<string, Garbage> GarbageWithout(HashSet<Digest> images, IEnumerable<string> users) =>
        context.Store.Collector.FindGarbage(new Forecast(images, users.ToHashSet())).ToDictionary(g => IdOf(g.IsLayer, g.Digest));

    // The layer, and what it stands on, which is of no use to anybody without it; down to the first that counts itself. Each counts once.
    private long Take(Dictionary<string, Garbage> garbage, Digest layer, HashSet<Digest> others)
    {
        long bytes = 0;
        for (Digest? at = layer; at is { } id && (id == layer || !others.Contains(id)); at = context.Store.Layers.Find(id)?.Parent)
            bytes += garbage.Remove(IdOf(true, id), out Garbage? part) ? part.Bytes : 0;
        return bytes;
    }
}
