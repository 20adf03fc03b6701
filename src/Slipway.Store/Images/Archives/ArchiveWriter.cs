using System.Formats.Tar;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Blobs;

namespace Slipway.Store.Images.Archives;

/// <summary>
/// Writes images as one tar with fixed bytes: entries sorted by name, no times but an image's own on its configuration, owner 0. With both formats it holds
/// <c>oci-layout</c>, <c>index.json</c>, <c>manifest.json</c>, <c>repositories</c> and every blob once, as Docker 25 and later write it.
/// </summary>
internal sealed class ArchiveWriter(BlobStore blobs, ArchiveFormat format)
{
    // Twelve octal digits less the terminator (POSIX ustar); above it the GNU form takes over.
    private const long MaxUstarSize = (1L << 33) - 1;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode DirectoryMode = FileMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public void Write(Stream to, IReadOnlyList<(ImageRecord Image, IReadOnlyList<Reference> Names)> images, CancellationToken cancellation) =>
        Write(to, [.. images.Select(i => i.Image)], null, Documents(images), cancellation);

    /// <summary>Images of several platforms as one.</summary>
    public void WriteIndex(Stream to, PlatformImages images, IReadOnlyList<Reference> names, CancellationToken cancellation)
    {
        var index = new Descriptor { MediaType = MediaTypes.Index, Digest = images.Id, Size = images.Index.Length };
        Write(to, images.Images, images, [(ArchiveNames.Index, Index(Named(index, names))), Layout], cancellation);
    }

    /// <summary>What leads to them.</summary>
    public byte[] IndexOf(IReadOnlyList<ImageRecord> images, IReadOnlyDictionary<string, string> annotations) => ImageManifestJson.Write(
        new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.Index, Manifests = [.. images.Select(Describe)], Annotations = annotations.Count > 0 ? annotations : null });

    private void Write(Stream to, IReadOnlyList<ImageRecord> images, PlatformImages? united, IEnumerable<(string Name, byte[] Content)> documents, CancellationToken cancellation)
    {
        using var tar = new TarWriter(to, TarEntryFormat.Ustar, leaveOpen: true);
        Directory(tar, "blobs/");
        Directory(tar, ArchiveNames.BlobPrefix);
        ILookup<Digest, DateTimeOffset> made = images.ToLookup(i => i.Manifest.Config.Digest, i => i.Created);
        foreach (Digest digest in images.SelectMany(BlobsOf).Concat(united is null ? [] : [united.Id]).Distinct().OrderBy(d => d.Hex, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            using Stream content = digest == united?.Id ? new MemoryStream(united.Index) : blobs.OpenRead(digest);
            Entry(tar, ArchiveNames.OfBlob(digest), content, made[digest].FirstOrDefault(DateTimeOffset.UnixEpoch));
        }
        foreach ((string name, byte[] content) in documents)
        {
            using var stream = new MemoryStream(content);
            Entry(tar, name, stream, DateTimeOffset.UnixEpoch);
        }
    }

    private IEnumerable<Digest> BlobsOf(ImageRecord image)
    {
        IEnumerable<Digest> parts = image.Manifest.Layers.Select(l => l.Digest).Append(image.Manifest.Config.Digest);
        return format == ArchiveFormat.Docker ? parts : parts.Append(image.Id);
    }

    // In the order of their names.
    private IEnumerable<(string Name, byte[] Content)> Documents(IReadOnlyList<(ImageRecord Image, IReadOnlyList<Reference> Names)> images)
    {
        if (format != ArchiveFormat.Docker)
            yield return (ArchiveNames.Index, Index(images.SelectMany(i => Named(Describe(i.Image), i.Names))));
        if (format != ArchiveFormat.Oci)
            yield return (ArchiveNames.DockerManifest, DockerManifest(images));
        if (format != ArchiveFormat.Docker)
            yield return Layout;
        if (format != ArchiveFormat.Oci)
            yield return (ArchiveNames.DockerRepositories, Repositories(images));
    }

    private static (string Name, byte[] Content) Layout => (ArchiveNames.OciLayout, """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray());

    private static byte[] Index(IEnumerable<Descriptor> manifests) => ImageManifestJson.Write(new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.Index, Manifests = [.. manifests] });

    private Descriptor Describe(ImageRecord image) => new()
    {
        MediaType = image.Manifest.MediaType ?? MediaTypes.Manifest,
        Digest = image.Id,
        Size = blobs.SizeOf(image.Id),
        Platform = new Platform { Architecture = image.Config.Architecture, OS = image.Config.OS, Variant = image.Config.Variant, OSVersion = image.Config.OSVersion },
    };

    // Once for each name, or once without.
    private static IEnumerable<Descriptor> Named(Descriptor descriptor, IReadOnlyList<Reference> names) =>
        names.Count == 0 ? [descriptor] : names.Select(name => descriptor with { Annotations = Annotations(name) });

    private static SortedDictionary<string, string> Annotations(Reference name) => new(StringComparer.Ordinal)
    {
        [ArchiveNames.ContainerdName] = name.ToString(),
        [ArchiveNames.RefName] = name.Tag!,
    };

    private static byte[] DockerManifest(IReadOnlyList<(ImageRecord Image, IReadOnlyList<Reference> Names)> images)
    {
        DockerArchiveImage[] list = [.. images.Select(i => new DockerArchiveImage
        {
            Config = ArchiveNames.OfBlob(i.Image.Manifest.Config.Digest),
            RepoTags = [.. i.Names.Select(n => n.Familiar)],
            Layers = [.. i.Image.Manifest.Layers.Select(l => ArchiveNames.OfBlob(l.Digest))],
        })];
        return DockerArchiveJson.Write(list);
    }

    // Repository → tag → the top layer, for readers older than manifest.json.
    private static byte[] Repositories(IReadOnlyList<(ImageRecord Image, IReadOnlyList<Reference> Names)> images)
    {
        var repositories = new SortedDictionary<string, SortedDictionary<string, string>>(StringComparer.Ordinal);
        foreach ((ImageRecord image, IReadOnlyList<Reference> names) in images.Where(i => i.Image.Manifest.Layers.Count > 0))
        {
            foreach (Reference name in names)
            {
                if (!repositories.TryGetValue(name.FamiliarRepository, out SortedDictionary<string, string>? tags))
                    repositories.Add(name.FamiliarRepository, tags = new(StringComparer.Ordinal));
                tags[name.Tag!] = image.Manifest.Layers[^1].Digest.Hex;
            }
        }
        return DockerArchiveJson.Write(repositories);
    }

    private static void Directory(TarWriter tar, string name) => tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, name)
    {
        ModificationTime = DateTimeOffset.UnixEpoch,
        Mode = DirectoryMode,
    });

    private static void Entry(TarWriter tar, string name, Stream content, DateTimeOffset time)
    {
        PosixTarEntry entry = content.Length <= MaxUstarSize ? new UstarTarEntry(TarEntryType.RegularFile, name) : new GnuTarEntry(TarEntryType.RegularFile, name);
        entry.ModificationTime = time < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : time;
        entry.Mode = FileMode;
        entry.DataStream = content;
        tar.WriteEntry(entry);
    }
}
