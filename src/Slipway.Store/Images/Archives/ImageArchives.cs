using Slipway.Oci;
using Slipway.Store.Blobs;
using Slipway.Store.Gc;
using Slipway.Store.Layers;
using Slipway.Store.Leases;

namespace Slipway.Store.Images.Archives;

/// <summary>
/// Images as files: OCI layouts and Docker archives, both ways, and root file systems to images. What comes in is hostile until shown
/// otherwise: bounded, hashed before it is read, and never unpacked anywhere but through <see cref="LayerStore"/>.
/// </summary>
public sealed partial class ImageArchives
{
    private readonly BlobStore _blobs;
    private readonly LayerStore _layers;
    private readonly ImageStore _images;
    private readonly LeaseStore _leases;
    private readonly Collector _collector;
    private readonly TimeProvider _clock;

    internal ImageArchives(BlobStore blobs, LayerStore layers, ImageStore images, LeaseStore leases, Collector collector, TimeProvider clock)
    {
        _blobs = blobs;
        _layers = layers;
        _images = images;
        _leases = leases;
        _collector = collector;
        _clock = clock;
    }

    /// <summary>
    /// Records every image of an archive under the names that it gives them: all, or on an error none. Reads OCI layouts and Docker
    /// archives, also those of before 1.10, plain or compressed by gzip or zstd; of an image for several platforms it takes the one for this machine.
    /// </summary>
    /// <param name="archive">Read once, forward; stays open.</param>
    /// <param name="cancellation">Stops it; nothing is left behind.</param>
    /// <exception cref="SlipwayException">InvalidArgument or Corrupt: refused, with the reason.</exception>
    public IReadOnlyList<LoadedImage> Load(Stream archive, CancellationToken cancellation) => _collector.UnderLease("load", lease =>
    {
        ArchiveContents contents = new ArchiveScanner(_blobs, lease).Scan(archive, cancellation);
        IReadOnlyList<ArchivedImage> images =
            contents.FindDocument(ArchiveNames.Index) is { } index ? new OciLayoutReader(contents, _blobs).Read(index)
            : contents.FindDocument(ArchiveNames.DockerManifest) is { } manifest ? new DockerArchiveReader(contents, _blobs).Read(manifest)
            : new LegacyArchiveReader(contents, _blobs).Read(contents.FindDocument(ArchiveNames.DockerRepositories));
        if (images.Count == 0)
            throw new SlipwayException(ErrorKind.InvalidArgument, "load: no image in the archive");
        foreach (ArchivedImage image in images)
            _layers.UnpackAll(image.Documents.LayerSources, cancellation);
        return Record(images);
    });

    /// <summary>
    /// Writes images with these names as one tar. The same images give the same bytes, whenever and wherever they are saved.
    /// </summary>
    /// <param name="to">Written once, forward; stays open.</param>
    /// <param name="images">With the names to write; each needs a tag. None: the image is saved without a name.</param>
    /// <param name="format">Which readers it is for.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="SlipwayException">NotFound: an image has gone meanwhile.</exception>
    public void Save(Stream to, IReadOnlyList<(ImageRecord Image, IReadOnlyList<Reference> Names)> images, ArchiveFormat format, CancellationToken cancellation = default)
    {
        using Lease lease = Keep(images.Select(i => i.Image), images.SelectMany(i => i.Names));
        new ArchiveWriter(_blobs, format).Write(to, images, cancellation);
    }

    /// <summary>Writes the images of several platforms as one: an OCI layout whose index leads to a further one, and that to them.</summary>
    /// <param name="to">Written once, forward; stays open.</param>
    /// <param name="images">The images.</param>
    /// <param name="names">Their names; each needs a tag.</param>
    /// <param name="cancellation">Stops it.</param>
    public void SaveIndex(Stream to, PlatformImages images, IReadOnlyList<Reference> names, CancellationToken cancellation)
    {
        using Lease lease = Keep(images.Images, names);
        new ArchiveWriter(_blobs, ArchiveFormat.Oci).WriteIndex(to, images, names, cancellation);
    }

    /// <summary>Makes the index that leads to images of several platforms.</summary>
    /// <param name="images">One a platform; their manifests are in the store.</param>
    /// <param name="annotations">What it says besides.</param>
    public PlatformImages Unite(IReadOnlyList<ImageRecord> images, IReadOnlyDictionary<string, string> annotations) =>
        new(images, new ArchiveWriter(_blobs, ArchiveFormat.Oci).IndexOf(images, annotations));

    private Lease Keep(IEnumerable<ImageRecord> images, IEnumerable<Reference> names)
    {
        if (names.FirstOrDefault(n => n.Tag is null) is { } untagged)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"save: '{untagged.Familiar}' has no tag");
        Lease lease = _leases.Acquire("save");
        try
        {
            foreach (ImageRecord image in images)
            {
                foreach (Digest digest in image.Manifest.Layers.Select(l => l.Digest).Append(image.Manifest.Config.Digest).Append(image.Id))
                    lease.AddBlob(digest);
                // Of their trees blobs are made that are not kept.
                foreach (Digest layer in image.ChainIds)
                    lease.AddLayer(layer);
            }
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private IReadOnlyList<LoadedImage> Record(IReadOnlyList<ArchivedImage> images)
    {
        ILookup<Digest, MovedName> moved = images.SelectMany(i => i.Names.Select(name => (i.Documents.Id, Moved: MovedFrom(name, i.Documents.Id))))
            .Where(m => m.Moved is not null).ToLookup(m => m.Id, m => m.Moved!);
        IReadOnlyList<ImageRecord> records = _images.PutAll(
            [.. images.Select(i => i.Documents)],
            [.. images.SelectMany(i => i.Names.Select(n => (i.Documents.Id, n)))]);
        return [.. records.Zip(images, (record, image) => new LoadedImage(record, image.Names) { Moved = [.. moved[record.Id]] })];
    }

    private MovedName? MovedFrom(Reference name, Digest to) => _images.Find(name.ToString()) is { } before && before.Id != to ? new(name, before.Id) : null;
}
