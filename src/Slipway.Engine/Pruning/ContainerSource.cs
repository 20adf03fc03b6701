using Slipway.Engine.Containers;
using Slipway.Engine.Disk;
using Slipway.Engine.Protecting;
using Slipway.Oci;
using Slipway.Runtime.Logs;
using Slipway.Store.Images;

namespace Slipway.Engine.Pruning;

/// <summary>Containers that don't run. Their anonymous volumes stay, as with docker: they are the volumes' own matter.</summary>
internal sealed class ContainerSource(EngineContext context, ContainerManager containers) : IPruneSource
{
    public PruneKind Kind => PruneKind.Container;

    public IReadOnlyList<PruneCandidate> Find(PruneScope scope) =>
    [
        .. containers.List().Where(c => !c.IsActive && !context.Protections.Contains(ProtectedKind.Container, c.Id) && scope.Takes(c.Id, c.Created, () => LabelsOf(c))).Select(c => new PruneCandidate(Kind, c.Id)
        {
            Name = c.Name,
            Reason = c.Status switch
            {
                ContainerStatus.Created => "it was never started",
                ContainerStatus.Removing => "its removal was cut off",
                _ => $"it has ended, exit code {c.ExitCode}",
            },
            Bytes = BytesOf(c.Id),
            ToTrash = !scope.Request.Purge,
            LastUse = c.FinishedAt ?? c.StartedAt ?? c.Created,
        }),
    ];

    public IReadOnlyList<PruneOutcome> Remove(IReadOnlyList<PruneCandidate> candidates, PruneScope scope) => [.. candidates.Select(c => Remove(c, scope))];

    public string WhyNot(string id) => containers.Find(id) is not { } container ? "it is gone already" : container.IsActive ? "it runs" : "it is protected";

    private PruneOutcome Remove(PruneCandidate candidate, PruneScope scope)
    {
        scope.Cancel.ThrowIfCancellationRequested();
        try
        {
            containers.Remove(candidate.Id, purge: scope.Request.Purge);
            return new(candidate);
        }
        catch (SlipwayException e) when (e.Kind is ErrorKind.NotFound or ErrorKind.Conflict)
        {
            return new(candidate, WhyNot(candidate.Id));
        }
    }

    private long BytesOf(string id) =>
        DiskBytes.OfTree(context.Paths.Upper(id)) + DiskBytes.OfTree(context.Paths.Work(id)) + LogFiles.All(context.Paths.Log(id)).Sum(DiskBytes.OfFile) + DiskBytes.OfFile(context.Paths.Exit(id));

    private Dictionary<string, string> LabelsOf(ContainerRecord container)
    {
        ImageRecord? image = context.Store.Images.Find(container.ImageId.ToString());
        Dictionary<string, string> labels = new(image?.Config.Config?.Labels ?? new Dictionary<string, string>());
        foreach ((string key, string value) in container.Request.Labels)
            labels[key] = value;
        return labels;
    }
}
