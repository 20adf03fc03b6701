using Slipway.Engine.Disk;
using Slipway.Engine.Protecting;
using Slipway.Engine.Volumes;
using Slipway.Oci;

namespace Slipway.Engine.Pruning;

/// <summary>Volumes that no container refers to. They are what was meant to last, so they are never looked at unless they are asked for.</summary>
internal sealed class VolumeSource(EngineContext context) : IPruneSource
{
    public PruneKind Kind => PruneKind.Volume;

    public IReadOnlyList<PruneCandidate> Find(PruneScope scope)
    {
        IReadOnlyDictionary<string, DateTimeOffset> uses = context.Volumes.LastUses();
        return
        [
            .. context.Volumes.List()
                .Where(v => (v.Anonymous || scope.Request.NamedVolumes) && scope.Takes(IdOf(v), v.Created, () => v.Labels) && !context.Protections.Contains(ProtectedKind.Volume, v.Name) && context.Volumes.UsersOf(v.Name).All(scope.GoneContainers.Contains))
                .Select(v => new PruneCandidate(Kind, IdOf(v))
                {
                    Name = v.Name,
                    Reason = v.Anonymous ? "anonymous, and no container uses it" : "no container uses it",
                    Bytes = DiskBytes.OfTree(Path.GetDirectoryName(v.Mountpoint)!),
                    ToTrash = !scope.Request.Purge,
                    LastUse = uses.TryGetValue(v.Name, out DateTimeOffset used) ? used : v.Created,
                }),
        ];
    }

    public IReadOnlyList<PruneOutcome> Remove(IReadOnlyList<PruneCandidate> candidates, PruneScope scope) => [.. candidates.Select(c => Remove(c, scope))];

    public string WhyNot(string id) => Current(id) is { } volume && context.Volumes.UsersOf(volume.Name) is [var user, ..] ? $"a container uses it: {user[..12]}" : Current(id) is null ? "it is gone already" : "it is protected";

    private PruneOutcome Remove(PruneCandidate candidate, PruneScope scope)
    {
        scope.Cancel.ThrowIfCancellationRequested();
        try
        {
            if (Current(candidate.Id) is not { } volume)
                return new(candidate, WhyNot(candidate.Id));
            context.Volumes.Remove(volume.Name, purge: scope.Request.Purge);
            return new(candidate);
        }
        catch (SlipwayException e) when (e.Kind is ErrorKind.NotFound or ErrorKind.Conflict)
        {
            return new(candidate, WhyNot(candidate.Id));
        }
    }

    // A name may be another volume's later.
    private static string IdOf(VolumeRecord volume) => $"{volume.Name}/{volume.Created.UtcTicks}";

    private VolumeRecord? Current(string id) => context.Volumes.List().FirstOrDefault(v => IdOf(v) == id);
}
