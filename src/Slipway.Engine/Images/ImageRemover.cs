using Slipway.Engine.Containers;
using Slipway.Engine.Protecting;
using Slipway.Oci;
using Slipway.Store.Gc;
using Slipway.Store.Images;

namespace Slipway.Engine.Images;

/// <summary>
/// Removes images by docker's rules. A name goes alone as long as others point at the image; with the last one the image goes, unless a
/// container stands on it or mounts it. By id it goes with its name, and with names of several only by force. By force also under containers that don't run:
/// these keep what they stand on (<see cref="ImageStore.Retire"/>), and it goes with the last of them.
/// </summary>
internal sealed class ImageRemover(EngineContext context)
{
    private ImageStore Images => context.Store.Images;

    /// <summary>Removes each of these, as far as it may go: all in one transaction, with one collection.</summary>
    public IReadOnlyList<ImageRemoval> Remove(IReadOnlyList<string> names, bool force)
    {
        SettleUsers(names);
        List<ImageRemoval> removals = [];
        Collected collected = Images.Delete(forget => removals.AddRange(names.Select(name => TryRemove(name, force, forget))));
        return WithLayers(removals, collected);
    }

    /// <summary>Removes those of these images that no container stands on, with their names: all in one transaction, with one collection.</summary>
    /// <returns>Of each, by its whole id; one that was left, or is gone already, has no <see cref="ImageRemoval.Deleted"/>.</returns>
    public IReadOnlyList<ImageRemoval> RemoveUnused(IReadOnlyList<Digest> images)
    {
        List<ImageRemoval> removals = [];
        Collected collected = Images.Delete(forget =>
        {
            foreach (Digest id in images)
            {
                removals.Add(Images.Find(id.ToString()) is { } image && context.Containers.ListUsers(id).Count == 0 && !IsProtected(id)
                    ? new(id.ToString()) { Untagged = NamesOf(image), Deleted = id, Layers = [.. image.ChainIds.Reverse()] }
                    : new(id.ToString()));
                if (removals[^1].Deleted is not null)
                    Forget(id, forget);
            }
        });
        return WithLayers(removals, collected);
    }

    /// <summary>Removes an image that was removed by force when the last container on it has gone.</summary>
    public void RemoveRetired(Digest image)
    {
        if (Images.IsRetired(image) && !IsStoodOn(image))
        {
            Images.Delete(forget =>
            {
                if (Images.IsRetired(image) && !IsStoodOn(image))
                    forget(image);
            });
        }
    }

    // A container in the trash can come back, and stands on it then.
    private bool IsStoodOn(Digest image) => context.Containers.ListUsers(image).Count > 0 || context.Trash.NeedsImage(image);

    private void Forget(Digest image, Action<Digest> forget)
    {
        if (context.Trash.NeedsImage(image))
            Images.Retire(image);
        else
            forget(image);
    }

    private bool IsProtected(Digest image) => context.Protections.Contains(ProtectedKind.Image, image.ToString());

    // What a container's row says may be old, and to settle it takes its lock, which must not wait under the database's.
    private void SettleUsers(IReadOnlyList<string> names)
    {
        var reconciler = new ContainerReconciler(context);
        foreach (ContainerRecord user in names.Select(FindQuietly).OfType<ImageRecord>().SelectMany(i => context.Containers.ListUsers(i.Id)).Where(c => c.IsRunning))
            reconciler.Settle(user);
    }

    private ImageRecord? FindQuietly(string name)
    {
        try
        {
            return Images.Find(name);
        }
        catch (SlipwayException)
        {
            return null; // said when its turn comes
        }
    }

    private ImageRemoval TryRemove(string name, bool force, Action<Digest> forget)
    {
        try
        {
            return Remove(name, force, forget);
        }
        // Nothing has been written when a rule refuses; what the database can't do ends everything.
        catch (SlipwayException e) when (e.Kind is ErrorKind.NotFound or ErrorKind.Conflict or ErrorKind.InvalidArgument)
        {
            return new(name) { Error = e };
        }
    }

    private ImageRemoval Remove(string asked, bool force, Action<Digest> forget)
    {
        ImageRecord image = Images.GetNamed(asked);
        if (IsProtected(image.Id))
            throw ProtectionManager.Refused(ProtectedKind.Image, asked);
        List<ContainerRecord> users = context.Containers.ListUsers(image.Id);
        List<Reference> names = NamesOf(image);
        List<Reference> untagged;
        if (NameIn(names, image.Id, asked) is { } named)
        {
            if (!force && IsSingle(names) && users is [var user, ..])
                throw RemovalConflict.OfName(asked, image.Id, user);
            untagged = Untag(named, names);
            if (names.Count > 0 || users.Exists(u => u.IsRunning) || (users.Count > 0 && !force))
                return new(asked) { Untagged = untagged, Left = image.Id };
        }
        else
        {
            RemovalConflict.ThrowIfAny(image.Id, users, severalNames: !IsSingle(names), force);
            untagged = names;
        }
        if (users.Count > 0)
            Images.Retire(image.Id);
        else
            Forget(image.Id, forget);
        // Those that stay are taken out again when it is known what went.
        return new(asked) { Untagged = untagged, Deleted = image.Id, Layers = [.. image.ChainIds.Reverse()] };
    }

    // Tags, and the digests under which repositories have it.
    private List<Reference> NamesOf(ImageRecord image) => [.. image.Names.Union(Images.DigestsOf(image.Id))];

    // An id, or the beginning of one, is not a name, even where it could be one.
    private static Reference? NameIn(List<Reference> names, Digest id, string asked) =>
        id.ToString().StartsWith(asked, StringComparison.Ordinal) || id.Hex.StartsWith(asked, StringComparison.Ordinal) || !Reference.TryParse(asked, out Reference? name)
            ? null : names.Find(n => n == name);

    // With the last tag of a repository go the digests under which that has it.
    private List<Reference> Untag(Reference named, List<Reference> names)
    {
        names.Remove(named);
        List<Reference> gone = [named];
        if (named.Digest is null && !names.Exists(n => n.Digest is null && n.Repository == named.Repository))
            gone.AddRange(names.Where(n => n.Repository == named.Repository));
        foreach (Reference name in gone)
        {
            names.Remove(name);
            Images.Untag(name);
            if (name.Digest is { } digest)
                Images.RemoveDigest(name.Repository, digest);
        }
        return gone;
    }

    // At most one tag, and everything of one repository.
    private static bool IsSingle(List<Reference> names) => names.Count(n => n.Digest is null) <= 1 && names.Select(n => n.Repository).Distinct().Count() <= 1;

    // A layer of several images went with the last of them.
    private static List<ImageRemoval> WithLayers(List<ImageRemoval> removals, Collected collected)
    {
        HashSet<Digest> left = [.. collected.Layers];
        for (int i = removals.Count - 1; i >= 0; i--)
        {
            if (removals[i].Deleted is not null)
                removals[i] = removals[i] with { Layers = [.. removals[i].Layers.Where(left.Remove)] };
        }
        return removals;
    }
}
