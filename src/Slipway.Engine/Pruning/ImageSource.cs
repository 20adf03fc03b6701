using Slipway.Engine.Containers;
using Slipway.Engine.Images;
using Slipway.Engine.Protecting;
using Slipway.Store.Images;

namespace Slipway.Engine.Pruning;

/// <summary>Images that no container stands on: dangling ones, and where that is asked for those that have a name.</summary>
internal sealed class ImageSource(EngineContext context) : IPruneSource
{
    public PruneKind Kind => PruneKind.Image;

    private ImageStore Images => context.Store.Images;

    public IReadOnlyList<PruneCandidate> Find(PruneScope scope)
    {
        IReadOnlyDictionary<Oci.Digest, DateTimeOffset> uses = Images.LastUses();
        HashSet<Oci.Digest> used = [.. context.Containers.ImagesInUse(scope.GoneContainers), .. Protected()], kept = KeptByTrash(scope);
        List<ImageRecord> images =
        [
            .. Images.List().Where(i => !used.Contains(i.Id) && !(i.IsRetired && kept.Contains(i.Id)) && (scope.Request.NamedImages || ImageFilter.IsDangling(i)) && scope.Takes(i.Id.ToString(), i.FreshAt, () => i.Config.Config?.Labels)),
        ];
        IReadOnlyDictionary<Oci.Digest, long> bytes = Images.BytesFreedBy([.. images.Select(i => i.Id).Where(i => !kept.Contains(i))], scope.GoneUsers);
        return
        [
            .. images.Select(i => new PruneCandidate(Kind, i.Id.ToString())
            {
                Name = i.Names.Count > 0 ? string.Join(", ", i.Names.Select(n => n.Familiar)) : i.Id.Short,
                Reason = (ImageFilter.IsDangling(i) ? "dangling: no tag points at it" : "no container uses it") + (kept.Contains(i.Id) ? "; its disk is free when the trash gives up a container on it" : ""),
                Bytes = bytes.GetValueOrDefault(i.Id),
                LastUse = uses.TryGetValue(i.Id, out DateTimeOffset use) ? use : null,
            }),
        ];
    }

    // A container in the trash can come back, and with it what it stands on.
    private HashSet<Oci.Digest> KeptByTrash(PruneScope scope)
    {
        HashSet<Oci.Digest> kept = [.. context.Trash.Images()];
        if (!scope.Request.Purge)
            kept.UnionWith(context.Containers.List().Where(c => scope.GoneContainers.Contains(c.Id)).SelectMany(ContainerTable.ImagesOf));
        return kept;
    }

    private IEnumerable<Oci.Digest> Protected() => context.Protections.List().Where(p => p.Kind is ProtectedKind.Image).Select(p => Oci.Digest.Parse(p.Id));

    public IReadOnlyList<PruneOutcome> Remove(IReadOnlyList<PruneCandidate> candidates, PruneScope scope)
    {
        Dictionary<string, ImageRemoval> removals = new ImageRemover(context).RemoveUnused([.. candidates.Select(c => Oci.Digest.Parse(c.Id))]).ToDictionary(r => r.Asked);
        context.Events.ImagesRemoved(removals.Values);
        return [.. candidates.Select(c => new PruneOutcome(c, removals[c.Id].Deleted is null ? WhyNot(c.Id) : null) { Image = removals[c.Id] })];
    }

    public string WhyNot(string id) =>
        Images.Find(id) is not { } image ? "it is gone already"
        : context.Containers.ListUsers(image.Id) is [var user, ..] ? $"container {user.Name} {(user.ImageId == image.Id ? "stands on" : "mounts")} it"
        : context.Protections.Contains(ProtectedKind.Image, id) ? "it is protected"
        : "it was used since the plan was made";
}
