using Slipway.Engine.Containers;
using Slipway.Engine.Networks;

namespace Slipway.Engine.Pruning;

/// <summary>Networks that no container, running or not, is in; the default one is not looked at. They take no room on the disk.</summary>
internal sealed class NetworkSource(NetworkManager networks, ContainerManager containers) : IPruneSource
{
    public PruneKind Kind => PruneKind.Network;

    public IReadOnlyList<PruneCandidate> Find(PruneScope scope) =>
    [
        .. networks.Unused(containers.List().Where(c => !scope.GoneContainers.Contains(c.Id))).Where(n => scope.Takes(n.Id, n.Created, () => n.Labels))
            .Select(n => new PruneCandidate(Kind, n.Id) { Name = n.Name, Reason = "no container is in it", Bytes = 0 }),
    ];

    public IReadOnlyList<PruneOutcome> Remove(IReadOnlyList<PruneCandidate> candidates, PruneScope scope)
    {
        scope.Cancel.ThrowIfCancellationRequested();
        HashSet<string> wanted = [.. candidates.Select(c => c.Id)], gone = [.. networks.Prune(n => wanted.Contains(n.Id))];
        return [.. candidates.Select(c => new PruneOutcome(c, gone.Contains(c.Name) ? null : WhyNot(c.Id)))];
    }

    public string WhyNot(string id) => networks.List().Any(n => n.Id == id) ? "a container is in it" : "it is gone already";
}
