using Slipway.Engine.Images.Compaction;
using Slipway.Store.Recipes;

namespace Slipway.Engine.Pruning;

/// <summary>Blobs of layers that are unpacked as well, as far as they can be made again: dropping one loses nothing.</summary>
internal sealed class PackedCopySource(ImageCompactor compactor) : IPruneSource
{
    public PruneKind Kind => PruneKind.PackedCopy;

    // Whether one can be made again, and what is kept instead, shows only when it is tried. A plan has tried it already.
    public IReadOnlyList<PruneCandidate> Find(PruneScope scope)
    {
        List<PackedLayer> layers = [.. compactor.List([]).Where(l => scope.Only?.Contains(l.Blob.ToString()) != false && !l.Images.All(i => scope.GoneImages.Contains(i.ToString())))];
        if (scope.Only is not null)
            return [.. layers.Select(l => Candidate(l, 0))];
        return [.. compactor.Run(layers, new() { DryRun = true }, null, scope.Cancel).Where(c => c.Outcome != CompactionOutcome.Kept).Select(c => Candidate(c.Layer, c.FreedBytes))];
    }

    public IReadOnlyList<PruneOutcome> Remove(IReadOnlyList<PruneCandidate> candidates, PruneScope scope)
    {
        HashSet<string> wanted = [.. candidates.Select(c => c.Id)];
        Dictionary<string, CompactedLayer> done = compactor.Run([.. compactor.List([]).Where(l => wanted.Contains(l.Blob.ToString()))], new(), null, scope.Cancel).ToDictionary(c => c.Layer.Blob.ToString());
        return [.. candidates.Select(c => !done.TryGetValue(c.Id, out CompactedLayer? layer) ? new PruneOutcome(c, WhyNot(c.Id))
            : new PruneOutcome(c with { Bytes = layer.FreedBytes }, layer.Outcome == CompactionOutcome.Kept ? layer.Reason : null))];
    }

    public string WhyNot(string id) => "it is gone already";

    private PruneCandidate Candidate(PackedLayer layer, long bytes) =>
        new(Kind, layer.Blob.ToString()) { Name = layer.Blob.Short, Reason = "the packed copy of a layer, which is made again when it is needed", Bytes = bytes };
}
