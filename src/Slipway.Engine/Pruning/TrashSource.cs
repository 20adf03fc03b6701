using Slipway.Engine.Trash;

namespace Slipway.Engine.Pruning;

/// <summary>What is in the trash: gone for good afterwards.</summary>
internal sealed class TrashSource(EngineContext context) : IPruneSource
{
    public PruneKind Kind => PruneKind.Trash;

    public IReadOnlyList<PruneCandidate> Find(PruneScope scope)
    {
        var keeper = new TrashKeeper(context);
        return
        [
            .. context.Trash.List().Where(i => scope.Takes(i.Id, i.Removed, () => null)).Select(i => new PruneCandidate(Kind, i.Id)
            {
                Name = i.Name,
                Reason = i.Kind is TrashedKind.Container ? "a container that was removed; 'slip undo' brings it back" : "a volume that was removed; 'slip undo' brings it back",
                Bytes = i.Bytes ?? keeper.Measure(i, scope.Cancel),
                LastUse = i.Removed,
            }),
        ];
    }

    public IReadOnlyList<PruneOutcome> Remove(IReadOnlyList<PruneCandidate> candidates, PruneScope scope)
    {
        Dictionary<string, TrashedItem> there = context.Trash.List().ToDictionary(i => i.Id);
        return [.. candidates.Select(c => Remove(c, there.GetValueOrDefault(c.Id), scope.Cancel))];
    }

    public string WhyNot(string id) => "it is gone, or back";

    private PruneOutcome Remove(PruneCandidate candidate, TrashedItem? item, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (item is null)
            return new(candidate, WhyNot(candidate.Id));
        new TrashKeeper(context).Remove(item);
        return new(candidate);
    }
}
