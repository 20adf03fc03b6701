using Slipway.Oci;

namespace Slipway.Store.Images;

/// <content>Digests under which registries have images.</content>
public sealed partial class ImageStore
{
    /// <summary>
    /// Records an image that came from a registry: its blobs are present and its layers unpacked. Names, digests and the image appear at once,
    /// and everything that they need is on the disk before.
    /// </summary>
    /// <param name="image">Its documents.</param>
    /// <param name="names">Names that point at it from now on.</param>
    /// <param name="repository">Where it is from: <c>docker.io/library/busybox</c>.</param>
    /// <param name="digests">Under which that repository has it.</param>
    /// <exception cref="SlipwayException">NotFound: a blob or a layer is missing.</exception>
    public ImageRecord RecordPulled(ImageDocuments image, IEnumerable<Reference> names, string repository, IEnumerable<Digest> digests) =>
        PutAll([image], [.. names.Select(name => (image.Id, name))], [.. digests.Select(digest => (image.Id, repository, digest))])[0];

    /// <summary>Notes that a repository has the image under a digest.</summary>
    public void AddDigest(Digest image, string repository, Digest digest) => SetDigest(image, repository, digest);

    /// <summary>Forgets that a repository has an image under a digest. The image stays.</summary>
    /// <returns>Whether that was known.</returns>
    public bool RemoveDigest(string repository, Digest digest) =>
        _database.Execute("DELETE FROM image_digests WHERE repository = @repository AND digest = @digest", ("@repository", repository), ("@digest", digest)) > 0;

    /// <summary>The digests under which repositories have the image, sorted: <c>docker.io/library/busybox@sha256:…</c>.</summary>
    public IReadOnlyList<Reference> DigestsOf(Digest image) => _database.Query(
        "SELECT repository, digest FROM image_digests WHERE image = @image ORDER BY repository, digest",
        static r => Reference.Parse($"{r.GetString(0)}@{r.GetString(1)}"),
        ("@image", image));

    /// <summary>All of them, by image.</summary>
    public ILookup<Digest, Reference> AllDigests() => _database.Query(
        "SELECT image, repository, digest FROM image_digests ORDER BY repository, digest",
        static r => (Image: r.GetDigest(0), Name: Reference.Parse($"{r.GetString(1)}@{r.GetString(2)}")))
        .ToLookup(d => d.Image, d => d.Name);

    /// <summary>Repositories that have images with this blob, as far as is known here: <c>docker.io/library/busybox</c>.</summary>
    public IReadOnlyList<string> RepositoriesWith(Digest blob) => _database.Query(
        "SELECT DISTINCT d.repository FROM image_digests d JOIN image_blobs b ON b.image = d.image WHERE b.digest = @blob ORDER BY d.repository",
        static r => r.GetString(0),
        ("@blob", blob));

    // The index of an image: its content is pinned by it as by the manifest, whatever repository it came from.
    private ImageRecord? FindByDigest(Digest digest) => _database.Query(
        "SELECT image FROM image_digests WHERE digest = @digest LIMIT 1", static r => r.GetString(0), ("@digest", digest)) is [string id] ? FindById(Digest.Parse(id)) : null;

    private ImageRecord? FindByDigest(string repository, Digest digest) => _database.Query(
        "SELECT image FROM image_digests WHERE repository = @repository AND digest = @digest", static r => r.GetDigest(0), ("@repository", repository), ("@digest", digest)) is [var id] ? FindById(id) : null;

    private void SetDigest(Digest image, string repository, Digest digest) => _database.Execute(
        "INSERT INTO image_digests(repository, digest, image) VALUES(@repository, @digest, @image) ON CONFLICT(repository, digest) DO UPDATE SET image = @image",
        ("@repository", repository), ("@digest", digest), ("@image", image));
}
