using Slipway.Oci;

namespace Slipway.Engine.Pruning;

/// <summary>What cut pulls have left, which the next pull of the same would go on with.</summary>
internal sealed class DownloadSource(EngineContext context) : IPruneSource
{
    public PruneKind Kind => PruneKind.Download;

    // It has no labels: a filter that wants some doesn't want these.
    public IReadOnlyList<PruneCandidate> Find(PruneScope scope) =>
    [
        .. context.Store.Blobs.Unfinished().Where(u => scope.Takes(u.Digest.ToString(), u.Changed, () => null)).Select(u => new PruneCandidate(Kind, u.Digest.ToString())
        {
            Name = u.Digest.Short,
            Reason = "the beginning of a layer, left for the next pull",
            Bytes = u.DiskBytes,
            LastUse = u.Changed,
        }),
    ];

    public IReadOnlyList<PruneOutcome> Remove(IReadOnlyList<PruneCandidate> candidates, PruneScope scope) =>
        [.. candidates.Select(c => new PruneOutcome(c, context.Store.Blobs.TryDropUnfinished(Digest.Parse(c.Id)) ? null : WhyNot(c.Id)))];

    public string WhyNot(string id) => context.Store.Blobs.Unfinished().Any(u => u.Digest.ToString() == id) ? "a pull goes on with it" : "it is gone already";
}
