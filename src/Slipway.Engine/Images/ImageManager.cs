using Slipway.Engine.Containers;
using Slipway.Engine.Images.Pulling;
using Slipway.Engine.Images.Pushing;
using Slipway.Engine.Registries;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;
using Slipway.Store.Images.Archives;

namespace Slipway.Engine.Images;

/// <summary>Images, with docker's rules for what may be removed while containers stand on it.</summary>
public sealed class ImageManager
{
    private readonly EngineContext _context;
    private readonly RegistryManager _registries;

    internal ImageManager(EngineContext context, RegistryManager registries)
    {
        _context = context;
        _registries = registries;
    }

    private ImageStore Store => _context.Store.Images;

    /// <summary>The image of that name, id or beginning of an id.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public ImageRecord Get(string nameOrId) => Store.Get(nameOrId);

    /// <summary>As <see cref="Get"/>; null where there is none.</summary>
    public ImageRecord? Find(string nameOrId) => Store.Find(nameOrId);

    /// <summary>All images.</summary>
    public IReadOnlyList<ImageRecord> List() => Store.List();

    /// <summary>Points a name at an image.</summary>
    public void Tag(string source, string target) => Store.Tag(Store.Get(source).Id, Reference.Parse(target));

    /// <summary>
    /// Removes a name; the image with it where that was its last one. By id: the image, with all its names where <paramref name="force"/> is set.
    /// </summary>
    /// <exception cref="SlipwayException">NotFound; Conflict where containers stand on it or several names point at it.</exception>
    public ImageRemoval Remove(string nameOrId, bool force = false)
    {
        ImageRecord image = Store.Get(nameOrId);
        Reference? named = image.Names.FirstOrDefault(n => Reference.TryParse(nameOrId, out Reference? asked) && n == asked);
        if (named is not null && image.Names.Count > 1)
        {
            Store.Untag(named);
            return new([named], null);
        }
        CheckUnused(image, nameOrId, named is null, force);
        IReadOnlyList<ContainerRecord> users = UsersOf(image);
        if (users.Count > 0)
        {
            // Forced while a stopped container stands on it: the names go, the content stays until the container does.
            _context.Store.Database.InTransaction(() => image.Names.ToList().ForEach(name => Store.Untag(name)));
            return new(image.Names, null);
        }
        Store.Delete(image.Id); // its names go with it, at once
        return new(image.Names, image.Id);
    }

    /// <summary>Brings images from their registry; a name that pointed elsewhere is moved.</summary>
    /// <exception cref="SlipwayException">NotFound, Denied, Unavailable, Corrupt: with the name and what was being done.</exception>
    public Task<IReadOnlyList<PullResult>> PullAsync(PullRequest request, IPullProgress progress, CancellationToken cancel) =>
        new ImagePuller(_context, _registries, progress).PullAsync(request, cancel);

    /// <summary>Brings an image to the registry of its name, under that name; with <paramref name="allTags"/> every tag of the repository that is here.</summary>
    /// <exception cref="SlipwayException">NotFound: no such image here; Denied, Unavailable, Corrupt: with the name and what was being done.</exception>
    public Task PushAsync(Reference name, bool allTags, IPushProgress progress, CancellationToken cancel)
    {
        List<(Reference, ImageRecord)> images = allTags
            ? [.. Store.List().SelectMany(i => i.Names.Where(n => n.Repository == name.Repository && n.Tag is not null).Select(n => (n, i))).OrderBy(p => p.n.Tag, StringComparer.Ordinal)]
            : Store.Find(name.ToString()) is { } image ? [(name, image)] : [];
        return images.Count > 0
            ? new ImagePusher(_context, _registries, progress).PushAsync(images, cancel)
            : throw new SlipwayException(ErrorKind.NotFound, $"An image does not exist locally with the tag: {name.FamiliarRepository}{(allTags || name.Tag is "latest" ? "" : ":" + name.Tag)}");
    }

    /// <summary>The digests under which registries have an image: <c>docker.io/library/busybox@sha256:…</c>.</summary>
    public IReadOnlyList<Reference> DigestsOf(ImageRecord image) => Store.DigestsOf(image.Id);

    /// <summary>Those of all images.</summary>
    public ILookup<Digest, Reference> AllDigests() => Store.AllDigests();

    /// <summary>Writes images to one archive that OCI tools and docker both read.</summary>
    public void Save(Stream to, IReadOnlyList<string> names, ArchiveFormat format)
    {
        List<(ImageRecord, IReadOnlyList<Reference>)> images = [];
        foreach (string name in names)
        {
            ImageRecord image = Store.Get(name);
            IReadOnlyList<Reference> saved = Reference.TryParse(name, out Reference? reference) && image.Names.Contains(reference) ? [reference] : [];
            images.Add((image, saved));
        }
        _context.Store.Archives.Save(to, images, format);
    }

    /// <summary>Reads an archive's images and their names.</summary>
    public IReadOnlyList<LoadedImage> Load(Stream archive, CancellationToken cancel) => _context.Store.Archives.Load(archive, cancel);

    /// <summary>Makes a one-layer image of a root file system's tar.</summary>
    public ImageRecord Import(Stream tar, ExecutionConfig? config, Reference? name, string? message, CancellationToken cancel) =>
        _context.Store.Archives.Import(tar, config, name, message, cancel);

    /// <summary>What a process does that was started to remove from the disk what another has taken away.</summary>
    public void FinishRemoval(string staging, string lease) => _context.Store.Collector.FinishRemoval(staging, lease);

    private List<ContainerRecord> UsersOf(ImageRecord image) => _context.Containers.ListByImage(image.Id);

    private void CheckUnused(ImageRecord image, string asked, bool byId, bool force)
    {
        if (byId && image.Names.Count > 1 && !force)
        {
            throw new SlipwayException(ErrorKind.Conflict,
                $"conflict: unable to delete {image.Id.Short} (must be forced) - image is referenced in multiple repositories");
        }
        foreach (ContainerRecord user in UsersOf(image))
        {
            if (user.IsRunning)
            {
                throw new SlipwayException(ErrorKind.Conflict,
                    $"conflict: unable to remove repository reference \"{asked}\" (cannot be forced) - container {user.ShortId} is using its referenced image {image.Id.Short}");
            }
            if (!force)
            {
                throw new SlipwayException(ErrorKind.Conflict,
                    $"conflict: unable to remove repository reference \"{asked}\" (must force) - container {user.ShortId} is using its referenced image {image.Id.Short}")
                {
                    Hint = $"the container is stopped: remove it with 'slip rm {user.Name}', or see 'slip ps -a'",
                };
            }
        }
    }
}
