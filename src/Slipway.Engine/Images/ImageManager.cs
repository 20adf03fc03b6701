using Slipway.Build;
using Slipway.Engine.Images.Pulling;
using Slipway.Engine.Images.Pushing;
using Slipway.Engine.Registries;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Registry.Auth;
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

    /// <summary>As <see cref="Get"/>, but a digest only of a repository that is known to have the image under it, and nothing that the list doesn't have.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public ImageRecord GetNamed(string nameOrId) =>
        Store.GetNamed(nameOrId) is var image && (!image.IsRetired || !Needed().Contains(image.Id)) ? image : throw new SlipwayException(ErrorKind.NotFound, $"No such image: {Printable.Escape(nameOrId)}");

    /// <summary>As <see cref="Get"/>; null where there is none.</summary>
    public ImageRecord? Find(string nameOrId) => Store.Find(nameOrId);

    /// <summary>Whether what somebody wrote once still means this image.</summary>
    public bool IsNamed(string nameOrId, Digest image) => Store.IsNamed(nameOrId, image);

    /// <summary>All images, the newest first, but those that were removed by force and are only there for containers.</summary>
    public IReadOnlyList<ImageRecord> List()
    {
        IReadOnlyList<ImageRecord> all = Store.List();
        // Asked once for all: both tables are read as a whole.
        HashSet<Digest> needed = all.Any(i => i.IsRetired) ? Needed() : [];
        return [.. all.Where(i => !i.IsRetired || !needed.Contains(i.Id))];
    }

    private HashSet<Digest> Needed() => [.. _context.Containers.Images(), .. _context.Trash.Images()];

    /// <summary>Points a name at an image.</summary>
    public void Tag(string source, string target)
    {
        ImageRecord image = Store.Get(source);
        Reference name = Reference.ParseTag(target);
        // "sha256:…" is an id, for docker's clients and for us.
        if (name.FamiliarRepository is "sha256" or "sha384" or "sha512")
            throw new SlipwayException(ErrorKind.InvalidArgument, "refusing to create an ambiguous tag using digest algorithm as name");
        Store.Tag(image.Id, name);
        _context.Events.Image(image, "tag", name.Familiar);
    }

    /// <summary>
    /// Removes names, and images with their last one; by id images with their names. What fails of it says why, and the rest is done all the same.
    /// </summary>
    /// <param name="names">Names, ids or beginnings of ids.</param>
    /// <param name="force">Also where containers that don't run stand on it, or names of several repositories point at it.</param>
    public IReadOnlyList<ImageRemoval> Remove(IReadOnlyList<string> names, bool force = false) 
    {
        IReadOnlyList<ImageRemoval> removals = new ImageRemover(_context).Remove(names, force);
        _context.Events.ImagesRemoved(removals);
        return removals;
    }

    /// <summary>Takes names away from an image, all where none is given. The image stays, also without a name.</summary>
    /// <exception cref="SlipwayException">NotFound: no such image, or a name that is not one of its own.</exception>
    public IReadOnlyList<Reference> Untag(string nameOrId, IReadOnlyList<string> names) => _context.Store.Database.InTransaction<IReadOnlyList<Reference>>(() =>
    {
        ImageRecord image = Store.Get(nameOrId);
        Reference[] gone = names.Count == 0 ? [.. image.Names] : [.. names.Select(Reference.Parse)];
        foreach (Reference name in gone)
        {
            if (!image.Names.Contains(name))
                throw new SlipwayException(ErrorKind.NotFound, $"untag {image.Id.Short}: {name.Familiar} is not one of its names");
            Store.Untag(name);
            _context.Events.Image(image, "untag", name.Familiar);
        }
        return gone;
    });

    /// <summary>What a registry says of a name now: nothing is brought here.</summary>
    /// <param name="name">With a tag or a digest.</param>
    /// <param name="credentials">Who asks; null: what is kept here.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="SlipwayException">NotFound, Denied, Unavailable, Corrupt: with the name and what was being done.</exception>
    public Task<RemoteImage> InspectRemoteAsync(Reference name, ICredentialSource? credentials, CancellationToken cancel) => RemoteImage.ReadAsync(_registries, name, credentials, cancel);

    /// <summary>Brings images from their registry; a name that pointed elsewhere is moved.</summary>
    /// <exception cref="SlipwayException">NotFound, Denied, Unavailable, Corrupt: with the name and what was being done.</exception>
    public async Task<IReadOnlyList<PullResult>> PullAsync(PullRequest request, IPullProgress progress, CancellationToken cancel)
    {
        IReadOnlyList<PullResult> pulled = await new ImagePuller(_context, _registries, progress).PullAsync(request, cancel).ConfigureAwait(false);
        foreach (PullResult result in pulled)
            _context.Events.Image(result.Name.Familiar, "pull", result.Name.Familiar);
        return pulled;
    }

    /// <summary>Brings an image to the registry of its name, under that name; with <paramref name="allTags"/> every tag of the repository that is here.</summary>
    /// <param name="name">Which.</param>
    /// <param name="allTags">Every tag of its repository.</param>
    /// <param name="progress">Hears of it.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="credentials">Who asks, where it is not who runs this program; null: what is kept here.</param>
    /// <exception cref="SlipwayException">NotFound: no such image here; Denied, Unavailable, Corrupt: with the name and what was being done.</exception>
    public async Task PushAsync(Reference name, bool allTags, IPushProgress progress, CancellationToken cancel, ICredentialSource? credentials = null)
    {
        List<(Reference, ImageRecord)> images = allTags
            ? [.. Store.List().SelectMany(i => i.Names.Where(n => n.Repository == name.Repository && n.Tag is not null).Select(n => (n, i))).OrderBy(p => p.n.Tag, StringComparer.Ordinal)]
            : Store.Find(name.ToString()) is { } image ? [(name, image)] : [];
        if (images.Count == 0)
            throw new SlipwayException(ErrorKind.NotFound, $"An image does not exist locally with the tag: {name.FamiliarRepository}{(allTags || name.Tag is "latest" ? "" : ":" + name.Tag)}");
        await new ImagePusher(_context, _registries, progress).PushAsync(images, cancel, credentials).ConfigureAwait(false);
        foreach ((Reference pushed, ImageRecord sent) in images)
            _context.Events.Image(sent, pushed.Familiar, "push", pushed.Familiar);
    }

    /// <summary>Brings images of several platforms to the registry of a name, and under that the index that leads to them.</summary>
    /// <exception cref="SlipwayException">Denied, Unavailable, Corrupt: with the name and what was being done.</exception>
    public Task PushAsync(Reference name, PlatformImages images, IPushProgress progress, CancellationToken cancel, ICredentialSource? credentials = null) =>
        new ImagePusher(_context, _registries, progress).PushAsync(name, images, cancel, credentials);

    /// <summary>The digests under which registries have an image: <c>docker.io/library/busybox@sha256:…</c>.</summary>
    public IReadOnlyList<Reference> DigestsOf(ImageRecord image) => Store.DigestsOf(image.Id);

    /// <summary>What each image's layers occupy, bytes of disk.</summary>
    public IReadOnlyDictionary<Digest, long> Sizes() => Store.Sizes();

    /// <summary>Those of all images.</summary>
    public ILookup<Digest, Reference> AllDigests() => Store.AllDigests();

    /// <summary>Writes images to one archive that OCI tools and docker both read.</summary>
    public void Save(Stream to, IReadOnlyList<string> names, ArchiveFormat format)
    {
        List<(ImageRecord, IReadOnlyList<Reference>)> images = [];
        foreach (string name in names)
            images.AddRange(Named(name));
        _context.Store.Archives.Save(to, images, format);
        foreach ((ImageRecord image, _) in images)
            _context.Events.Image(image, "save", null);
    }

    /// <summary>What a name means to save: one image, or every tag of the repository where the name has neither tag nor digest, as with docker.</summary>
    /// <exception cref="SlipwayException">NotFound: nothing has that name.</exception>
    public IReadOnlyList<(ImageRecord Image, IReadOnlyList<Reference> Names)> Named(string name)
    {
        bool bare = !name[(name.LastIndexOf('/') + 1)..].AsSpan().ContainsAny(':', '@');
        if (bare && Reference.TryParse(name, out Reference? repository))
        {
            (ImageRecord, IReadOnlyList<Reference>)[] all =
            [
                .. Store.List().Select(i => (i, (IReadOnlyList<Reference>)[.. i.Names.Where(n => n.Repository == repository.Repository && n.Tag is not null && n.Digest is null)])).Where(i => i.Item2.Count > 0),
            ];
            if (all.Length > 0)
                return all;
        }
        ImageRecord image = Store.Get(name);
        return [(image, Reference.TryParse(name, out Reference? reference) && image.Names.Contains(reference) ? [reference] : [])];
    }

    /// <summary>Reads an archive's images and their names.</summary>
    public IReadOnlyList<LoadedImage> Load(Stream archive, CancellationToken cancel)
    {
        IReadOnlyList<LoadedImage> loaded = _context.Store.Archives.Load(archive, cancel);
        foreach (LoadedImage one in loaded)
            _context.Events.Image(one.Image, "load", one.Names.Count > 0 ? one.Names[0].Familiar : one.Image.Id.ToString());
        return loaded;
    }

    /// <summary>Opens what an import reads: a file, what a http or https server has, or for <c>-</c> the caller's stream.</summary>
    /// <exception cref="SlipwayException">NotFound, Denied, Unavailable: the server doesn't give it.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public Stream OpenSource(string source, Func<Stream> input, CancellationToken cancel) => ImportSource.Open(source, input, cancel);

    /// <summary>Makes a one-layer image of a root file system's tar.</summary>
    /// <param name="tar">Plain, gzip or zstd; read once.</param>
    /// <param name="changes">Instructions of a Dockerfile that give it a configuration: <c>CMD ["sh"]</c>.</param>
    /// <param name="platform">What its programs are for; null: this machine.</param>
    /// <param name="name">What it shall be called; null leaves it without a name.</param>
    /// <param name="message">For its history.</param>
    /// <param name="cancel">Stops it.</param>
    public ImageRecord Import(Stream tar, IReadOnlyList<string> changes, Platform? platform, Reference? name, string? message, CancellationToken cancel)
    {
        Platform target = platform ?? Platform.Host;
        var empty = new ImageConfig { Architecture = target.Architecture, OS = target.OS, Variant = target.Variant, Rootfs = new RootFs { Type = "layers", DiffIds = [] } };
        // Before the tar is read: what is wrong with a change is said at once.
        ImageRecord made = _context.Store.Archives.Import(tar, ConfigChanges.Apply(empty, changes), name, message, cancel);
        _context.Events.Image(made, "import", name?.Familiar);
        return made;
    }

    /// <summary>What a process does that was started to remove from the disk what another has taken away.</summary>
    public void FinishRemoval(string staging, string lease) => _context.Store.Collector.FinishRemoval(staging, lease);
}
