using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Blobs;
using Slipway.Store.Gc;
using Slipway.Store.Layers;
using Slipway.Store.Leases;
using Slipway.Store.Metadata;

namespace Slipway.Store.Images;

// Tables (room "images"):
//   images(id, manifest, config, created, retired)  id: the manifest's digest; both documents byte for byte, so that looking opens no file;
//                                            created in milliseconds since 1970, null in older rows; retired: 1 where it was removed by
//                                            force and is there only for the containers that stand on it. A list reads an index of these
//   image_uses(image, used, came)            when it was last used and when it came here, in milliseconds since 1970; apart from the large rows
//   image_layers(image, position, chain_id, bytes)  position 0 is the lowest; bytes as in layer.json, so that a list of images opens no
//                                            file; null in rows that are older than the column
//   image_blobs(image, digest)               manifest, configuration and layers: what a collection must leave
//   tags(name, image)                        name: a full reference with a tag or, for an image pulled by digest, with that
//   image_digests(repository, digest, image) digests under which a registry has the image: the manifest's, and that of an index that leads to it

/// <summary>Images and their names. An image never changes; a tag is a pointer that moves.</summary>
public sealed partial class ImageStore
{
    private static readonly string[] s_steps =
    [
        """
        CREATE TABLE images(id TEXT PRIMARY KEY, manifest BLOB NOT NULL, config BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE image_layers(image TEXT NOT NULL REFERENCES images(id) ON DELETE CASCADE, position INTEGER NOT NULL, chain_id TEXT NOT NULL,
            PRIMARY KEY(image, position)) WITHOUT ROWID;
        CREATE INDEX image_layers_by_layer ON image_layers(chain_id);
        CREATE TABLE image_blobs(image TEXT NOT NULL REFERENCES images(id) ON DELETE CASCADE, digest TEXT NOT NULL, PRIMARY KEY(image, digest)) WITHOUT ROWID;
        CREATE INDEX image_blobs_by_digest ON image_blobs(digest);
        CREATE TABLE tags(name TEXT PRIMARY KEY, image TEXT NOT NULL REFERENCES images(id) ON DELETE CASCADE) WITHOUT ROWID;
        CREATE INDEX tags_by_image ON tags(image);
        """,
        """
        CREATE TABLE image_digests(repository TEXT NOT NULL, digest TEXT NOT NULL, image TEXT NOT NULL REFERENCES images(id) ON DELETE CASCADE,
            PRIMARY KEY(repository, digest)) WITHOUT ROWID;
        CREATE INDEX image_digests_by_image ON image_digests(image);
        CREATE INDEX image_digests_by_digest ON image_digests(digest);
        """,
        """
        ALTER TABLE image_layers ADD COLUMN bytes INTEGER;
        ALTER TABLE images ADD COLUMN created INTEGER;
        """,
        """
        ALTER TABLE images ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX images_by_created ON images(created, retired);
        CREATE TABLE image_uses(image TEXT PRIMARY KEY REFERENCES images(id) ON DELETE CASCADE, used INTEGER NOT NULL) WITHOUT ROWID;
        """,
        """
        ALTER TABLE image_uses ADD COLUMN came INTEGER;
        UPDATE image_uses SET came = used;
        """,
    ];

    private readonly Database _database;
    private readonly BlobStore _blobs;
    private readonly LayerStore _layers;
    private readonly LeaseStore _leases;
    private readonly Collector _collector;
    private readonly TimeProvider _clock;

    internal ImageStore(Database database, BlobStore blobs, LayerStore layers, LeaseStore leases, Collector collector, TimeProvider clock)
    {
        _database = database;
        _blobs = blobs;
        _layers = layers;
        _leases = leases;
        _collector = collector;
        _clock = clock;
        _database.Migrate("images", s_steps);
    }

    /// <summary>
    /// Records an image whose blobs are present and whose layers are unpacked. Everything it refers to is on the disk before the row is,
    /// and the row when this returns. An image that is known already is returned as it is.
    /// </summary>
    /// <exception cref="SlipwayException">Corrupt or InvalidArgument: the documents are refused; NotFound: a blob or a layer is missing.</exception>
    public ImageRecord Put(ReadOnlySpan<byte> manifest) => PutAll([ImageDocuments.Read(manifest.ToArray(), _blobs)], [])[0];

    /// <summary>Makes an image of a configuration and its layers, lowest first: writes both documents canonically and records it.</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="layers">Their blobs, which are in the store, unpacked.</param>
    /// <param name="names">Names that point at it from the same moment on.</param>
    /// <exception cref="SlipwayException">As <see cref="Put"/>.</exception>
    public ImageRecord Create(ImageConfig config, IReadOnlyList<Descriptor> layers, params IEnumerable<Reference> names) => Create(config, layers, null, names).Image;

    /// <inheritdoc cref="Create(ImageConfig, IReadOnlyList{Descriptor}, IEnumerable{Reference})"/>
    /// <param name="config">Its configuration.</param>
    /// <param name="layers">Their blobs, which are in the store, unpacked.</param>
    /// <param name="annotations">What the manifest says beside that; null or empty for nothing.</param>
    /// <param name="names">Names that point at it from the same moment on.</param>
    /// <returns>The image, and whether the store had it before.</returns>
    public (ImageRecord Image, bool WasThere) Create(ImageConfig config, IReadOnlyList<Descriptor> layers, IReadOnlyDictionary<string, string>? annotations, IEnumerable<Reference> names)
    {
        using Lease lease = _leases.Acquire("create image");
        foreach (Descriptor layer in layers)
            lease.AddBlob(layer.Digest);
        (byte[] configBytes, byte[] manifest) = Write(config, layers, annotations);
        if (TryTag(Digest.Of(manifest), names) is { } known)
            return (known, true);
        _blobs.Write(configBytes);
        _blobs.Write(manifest);
        ImageDocuments image = ImageDocuments.Read(manifest, _blobs);
        return (PutAll([image], [.. names.Select(name => (image.Id, name))])[0], false);
    }

    /// <summary>Makes an image that the store doesn't list, for an archive: its documents are blobs, and go with the lease.</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="layers">Their blobs and trees, lowest first, which the caller keeps.</param>
    /// <param name="annotations">What the manifest says beside that; null or empty for nothing.</param>
    /// <param name="lease">Keeps the documents.</param>
    public ImageRecord Compose(ImageConfig config, IReadOnlyList<(Descriptor Blob, Digest Chain)> layers, IReadOnlyDictionary<string, string>? annotations, Lease lease)
    {
        (byte[] configBytes, byte[] manifest) = Write(config, [.. layers.Select(layer => layer.Blob)], annotations);
        foreach (byte[] document in (byte[][])[configBytes, manifest])
        {
            lease.AddBlob(Digest.Of(document));
            _blobs.Write(document);
        }
        return new()
        {
            Id = Digest.Of(manifest),
            Documents = new((manifest, configBytes)),
            ChainIds = [.. layers.Select(layer => layer.Chain)],
            Created = DateTimeOffset.UnixEpoch,
            Names = [],
        };
    }

    private static (byte[] Config, byte[] Manifest) Write(ImageConfig config, IReadOnlyList<Descriptor> layers, IReadOnlyDictionary<string, string>? annotations)
    {
        byte[] bytes = ImageDocuments.Serialize(config);
        var described = new Descriptor { MediaType = MediaTypes.Config, Digest = Digest.Of(bytes), Size = bytes.Length };
        return (bytes, ImageDocuments.SerializeManifest(described, layers, annotations is { Count: > 0 } ? annotations : null));
    }

    /// <summary>Points a name at an image; a name that pointed elsewhere is moved, and the image it leaves may be left without one.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public void Tag(Digest id, Reference name) => _database.InTransaction(() =>
    {
        if (!Exists(id))
            throw NoSuchImage(id.ToString());
        Renew(id);
        SetTag(id, name);
    });

    // An image that is there already has all that it refers to on the disk.
    private ImageRecord? TryTag(Digest id, IEnumerable<Reference> names) => _database.InTransaction(() =>
    {
        if (!Exists(id))
            return null;
        Renew(id);
        foreach (Reference name in names)
            SetTag(id, name);
        return FindById(id);
    });

    /// <summary>Takes a name away. The image stays.</summary>
    /// <returns>Whether the name was there.</returns>
    public bool Untag(Reference name) => _database.Execute("DELETE FROM tags WHERE name = @name", ("@name", name.ToString())) > 0;

    /// <summary>
    /// Forgets an image and its names, then removes the blobs and layers that nothing else refers to. What a lease or a pin holds stays.
    /// Whether a container uses the image is the caller's question.
    /// </summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public Collected Delete(Digest id) => Delete(forget =>
    {
        if (!Exists(id))
            throw NoSuchImage(id.ToString());
        forget(id);
    });

    /// <summary>As <see cref="Delete(Digest)"/> for several: one wait for the disk and one collection for all of them.</summary>
    /// <param name="decide">
    /// Is given what forgets an image, and calls it for each; it may change names too. It runs under the write lock, so that what it finds
    /// stays so until all of it is done. What it throws takes everything back.
    /// </param>
    public Collected Delete(Action<Action<Digest>> decide)
    {
        // Killed before the collection has come to its end, we leave a dead lease, and the next to open collects.
        using Lease lease = _leases.Acquire("remove image");
        var blobs = new HashSet<Digest>();
        var layers = new List<Digest>();
        // On the disk before a file goes: a power cut must not bring back a row whose blobs are gone.
        _database.InTransaction(() => decide(image => Forget(image, blobs, layers)), durable: true);
        return _collector.Collect(new Suspects([.. blobs], [.. layers.Distinct()]));
    }

    private void Forget(Digest image, HashSet<Digest> blobs, List<Digest> layers)
    {
        blobs.UnionWith(Parts("SELECT digest FROM image_blobs WHERE image = @id", image));
        // Topmost first, which is the order in which they go.
        layers.AddRange(Parts("SELECT chain_id FROM image_layers WHERE image = @id ORDER BY position DESC", image));
        _database.Execute("DELETE FROM images WHERE id = @id", ("@id", image));
    }

    /// <summary>Records several images with their names at once: all or none of them.</summary>
    internal IReadOnlyList<ImageRecord> PutAll(
        IReadOnlyList<ImageDocuments> images, IReadOnlyList<(Digest Image, Reference Name)> tags, params IReadOnlyList<(Digest Image, string Repository, Digest Digest)> digests)
    {
        Digest[][] chains = [.. images.Select(ChainOf)];
        if (images.Count > 0)
            SyncAll();
        return _database.InTransaction<IReadOnlyList<ImageRecord>>(() =>
        {
            for (int i = 0; i < images.Count; i++)
                Insert(images[i], chains[i]);
            foreach (ImageDocuments image in images)
                Renew(image.Id);
            foreach ((Digest image, Reference name) in tags)
                SetTag(image, name);
            foreach ((Digest image, string repository, Digest digest) in digests)
                SetDigest(image, repository, digest);
            return [.. images.Select(i => FindById(i.Id)!)];
        }, durable: true);
    }

    // One wait for all blobs and layers: they lie on one file system.
    private void SyncAll()
    {
        using DirFd blobs = _blobs.OpenDirectory();
        blobs.Handle.FlushFileSystem();
    }

    private void Insert(ImageDocuments image, Digest[] chain)
    {
        if (Exists(image.Id))
            return;
        // Under the write lock a collection can't be under way: what is there now stays.
        RequirePresent(image, chain);
        _database.Execute("INSERT INTO images(id, manifest, config, created) VALUES(@id, @manifest, @config, @created)",
            ("@id", image.Id), ("@manifest", image.ManifestBytes), ("@config", image.ConfigBytes), ("@created", CreatedOf(image.Config).ToUnixTimeMilliseconds()));
        for (int i = 0; i < chain.Length; i++)
            _database.Execute("INSERT INTO image_layers(image, position, chain_id, bytes) VALUES(@id, @position, @chain, @bytes)",
                ("@id", image.Id), ("@position", i), ("@chain", chain[i]), ("@bytes", _layers.Get(chain[i]).Bytes));
        foreach (Digest digest in image.Blobs)
            _database.Execute("INSERT OR IGNORE INTO image_blobs(image, digest) VALUES(@id, @digest)", ("@id", image.Id), ("@digest", digest));
    }

    private void RequirePresent(ImageDocuments image, Digest[] chain)
    {
        foreach (Digest digest in image.Blobs)
        {
            if (!_blobs.Contains(digest))
                throw new SlipwayException(ErrorKind.NotFound, $"record image {image.Id}: blob {digest} is not in the store");
        }
        foreach (Digest layer in chain)
        {
            if (_layers.Find(layer) is null)
                throw new SlipwayException(ErrorKind.NotFound, $"record image {image.Id}: layer {layer} is not unpacked");
        }
    }

    private Digest[] ChainOf(ImageDocuments image)
    {
        var chain = new Digest[image.Config.Rootfs.DiffIds.Count];
        for (int i = 0; i < chain.Length; i++)
            chain[i] = LayerStore.ChainIdOf(i == 0 ? null : chain[i - 1], image.Config.Rootfs.DiffIds[i]);
        return chain;
    }

    // Whoever brings or names it wants to see it, and uses it.
    private void Renew(Digest id)
    {
        _database.Execute("UPDATE images SET retired = 0 WHERE id = @id AND retired", ("@id", id));
        Use([id]);
    }

    private void SetTag(Digest id, Reference name) =>
        _database.Execute("INSERT INTO tags(name, image) VALUES(@name, @id) ON CONFLICT(name) DO UPDATE SET image = @id", ("@name", name.ToString()), ("@id", id));

    private bool Exists(Digest id) => _database.Query("SELECT 1 FROM images WHERE id = @id", static r => true, ("@id", id)).Count > 0;

    private static SlipwayException NoSuchImage(string name) => new(ErrorKind.NotFound, $"No such image: {name}");
}
