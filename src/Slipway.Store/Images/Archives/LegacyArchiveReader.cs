using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Archives;
using Slipway.Store.Blobs;

namespace Slipway.Store.Images.Archives;

/// <summary>
/// The images of an archive that docker wrote before 1.10: a directory a layer, with <c>json</c> and <c>layer.tar</c>, and <c>repositories</c> for
/// the names. Configuration and manifest are made of these, always the same of the same archive.
/// </summary>
/// <remarks>
/// Such an archive costs little to write, and what is made of it grows with images times layers: so images are counted, and what their
/// documents have together is bounded.
/// </remarks>
internal sealed class LegacyArchiveReader(ArchiveContents contents, BlobStore blobs)
{
    /// <summary>More images are refused.</summary>
    public const int MaxImages = 1000;

    /// <summary>A layer's document of more bytes is refused.</summary>
    public const int MaxDocumentBytes = 256 * 1024;

    private const long MaxDocumentsBytes = 64 << 20;
    private const int CopyBuffer = 128 * 1024;
    private const string Document = "json", LayerTar = "layer.tar";
    private readonly Dictionary<string, LegacyImage> _read = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Descriptor> _layers = new(StringComparer.Ordinal);
    private long _documentBytes;

    /// <summary>Those that have a name; where the archive gives none, those that no other one stands on.</summary>
    /// <param name="repositories">The file of that name; null where there is none.</param>
    public IReadOnlyList<ArchivedImage> Read(byte[]? repositories)
    {
        ILookup<string, Reference> names = NamesOf(repositories);
        string[] ids = [.. names.Count > 0 ? names.Select(n => n.Key) : Topmost()];
        if (ids.Length > MaxImages)
            throw Refused($"{ids.Length} images are more than the {MaxImages} allowed");
        return [.. ids.Select(id => ReadImage(id, [.. names[id]]))];
    }

    private static ILookup<string, Reference> NamesOf(byte[]? repositories) =>
        (repositories is null ? [] : LegacyImage.ReadRepositories(repositories))
            .SelectMany(repository => repository.Value.Select(tag => (Id: tag.Value, Name: ArchivedName.Parse($"{repository.Key}:{tag.Key}"))))
            .ToLookup(n => n.Id, n => n.Name);

    private IEnumerable<string> Topmost()
    {
        string[] all = [.. contents.DirectoriesWith(Document).Where(id => Digest.TryParseHex(id, out _)).Order(StringComparer.Ordinal)];
        HashSet<string> parents = [.. all.Select(id => Get(id).Parent).OfType<string>()];
        return all.Where(id => !parents.Contains(id));
    }

    private ArchivedImage ReadImage(string id, IReadOnlyList<Reference> names)
    {
        // Topmost first, as they name each other.
        List<string> stack = [];
        for (string? at = id; at is not null; at = Get(at).Parent)
        {
            // One that stands on itself has no end either.
            if (stack.Count == ImageDocuments.MaxLayers)
                throw Refused($"the image {Printable.Escape(id)} has more than the {ImageDocuments.MaxLayers} layers that an overlay can mount");
            stack.Add(at);
        }
        stack.Reverse();
        Descriptor[] layers = [.. stack.Select(DescribeLayer)];
        LegacyImage top = Get(id);
        byte[] config = ImageDocuments.Serialize(new ImageConfig
        {
            Created = top.Step.Created,
            Author = top.Step.Author,
            // What docker itself ran on then.
            Architecture = top.Architecture ?? "amd64",
            OS = top.OS ?? "linux",
            Config = top.Config,
            Rootfs = new RootFs { Type = "layers", DiffIds = [.. layers.Select(l => l.Digest)] },
            History = [.. stack.Select(layer => Get(layer).Step)],
        });
        if (config.Length > ImageDocuments.MaxConfigBytes)
            throw Refused($"the configuration of {Printable.Escape(id)} would have {config.Length} bytes, more than the {ImageDocuments.MaxConfigBytes} allowed");
        byte[] manifest = ImageDocuments.SerializeManifest(new Descriptor { MediaType = MediaTypes.Config, Digest = Digest.Of(config), Size = config.Length }, layers);
        blobs.Write(config);
        blobs.Write(manifest);
        return new ArchivedImage(ImageDocuments.Read(manifest, blobs), names);
    }

    // Plain, as docker wrote them all: so the blob's digest is the layer's, too. Images share them: each is looked at once.
    private Descriptor DescribeLayer(string id)
    {
        if (_layers.TryGetValue(id, out Descriptor? known))
            return known;
        (Digest digest, long size) = contents.GetFile($"{id}/{LayerTar}", "layer");
        if (LayerMediaType.Of(blobs, digest) != MediaTypes.Layer)
            throw Refused($"the layer {Printable.Escape(id)} is packed, which none is in an archive without manifest.json");
        (digest, size) = WithEnd(digest, size);
        var layer = new Descriptor { MediaType = MediaTypes.Layer, Digest = digest, Size = size };
        _layers.Add(id, layer);
        return layer;
    }

    // docker's first versions left out the end mark, and the whole tar where a step had changed nothing. That it isn't cut the length tells here.
    private (Digest Digest, long Size) WithEnd(Digest digest, long size)
    {
        using Stream tar = blobs.OpenRead(digest);
        Span<byte> last = stackalloc byte[TarFormat.BlockSize];
        if (size >= last.Length)
        {
            tar.Position = size - last.Length;
            tar.ReadExactly(last);
        }
        if (size % last.Length != 0 || (size > 0 && !last.ContainsAnyExcept((byte)0)))
            return (digest, size);
        tar.Position = 0;
        using BlobWriter writer = blobs.CreateWriter();
        byte[] buffer = new byte[CopyBuffer];
        for (int read; (read = tar.Read(buffer)) > 0;)
            writer.Write(buffer.AsSpan(0, read));
        writer.Write(new byte[2 * TarFormat.BlockSize]);
        return writer.Commit();
    }

    private LegacyImage Get(string id)
    {
        if (_read.TryGetValue(id, out LegacyImage? known))
            return known;
        if (!Digest.TryParseHex(id, out _))
            throw Refused($"'{Printable.Escape(id)}' is not a layer's id: want 64 hexadecimal digits");
        (Digest digest, long size) = contents.GetFile($"{id}/{Document}", "layer's document");
        if (size > MaxDocumentBytes || (_documentBytes += size) > MaxDocumentsBytes)
            throw Refused(size > MaxDocumentBytes ? $"{id}/{Document} has {size} bytes, more than the {MaxDocumentBytes} allowed" : $"the layers' documents have more than {MaxDocumentsBytes} bytes together");
        LegacyImage image = LegacyImage.Read(blobs.ReadAll(digest, MaxDocumentBytes), $"the archive's {id}/{Document}");
        _read.Add(id, image);
        return image;
    }

    private static SlipwayException Refused(string why) => new(ErrorKind.InvalidArgument, $"load: {why}");
}
