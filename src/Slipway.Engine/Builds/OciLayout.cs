using System.Formats.Tar;
using System.Text;
using Slipway.Build.Graph;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store;
using Slipway.Store.Images;

namespace Slipway.Engine.Builds;

/// <summary>
/// An image out of an OCI layout directory (image-spec, image-layout.md). The directory is read as an archive of it would be, by the same code,
/// with nothing but the wanted image in its index, and without that image's names.
/// </summary>
internal static class OciLayout
{
    private const int MaxIndex = 4 << 20;
    private const string NameAnnotation = "org.opencontainers.image.ref.name";

    public static ImageRecord? Find(ImageStorage store, LayoutContext layout, Platform platform, CancellationToken ct)
    {
        using DirFd root = Open(layout.Path);
        byte[] bytes = Read(root, "index.json", MaxIndex) ?? throw Refused(layout, "it has no index.json");
        ImageIndex index = ImageDocuments.ReadIndex(bytes);
        Descriptor[] named = [.. index.Manifests.Where(descriptor => IsNamed(descriptor, layout.Name))];
        Descriptor[] fitting = [.. named.Where(descriptor => descriptor.Platform is null || platform.Score(descriptor.Platform) > 0)];
        Descriptor chosen = fitting.Length > 0 ? fitting[0] : named.Length > 0 ? named[0] : throw Refused(layout, layout.Name is null ? "it has no image" : $"it has no image '{Printable.Escape(layout.Name)}'");
        if (store.Images.Find(chosen.Digest.ToString()) is { } known)
            return known;
        byte[] only = ImageManifestJson.Write(new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.Index, Manifests = [chosen with { Annotations = null }] });
        using FileStream archive = new(Path.Join(store.Paths.Tmp, $"layout-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        Write(root, only, archive, ct);
        archive.Position = 0;
        return store.Archives.Load(archive, ct)[0].Image;
    }

    private static void Write(DirFd root, byte[] index, Stream archive, CancellationToken ct)
    {
        using var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true);
        Add(tar, "oci-layout", new MemoryStream(Encoding.UTF8.GetBytes("{\"imageLayoutVersion\":\"1.0.0\"}")));
        Add(tar, "index.json", new MemoryStream(index));
        using DirFd? blobs = root.TryOpenDirectory("blobs/sha256"u8, Resolve.NoLinks);
        foreach (DirEntry entry in blobs?.List(sorted: true) ?? [])
        {
            ct.ThrowIfCancellationRequested();
            string name = Encoding.UTF8.GetString(entry.Name);
            if (!Digest.TryParse("sha256:" + name, out _))
                continue;
            using SafeFd file = blobs!.OpenName(entry.Name, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
            if (file.Status().IsRegular)
                Add(tar, "blobs/sha256/" + name, file.ToStream(FileAccess.Read));
        }
    }

    private static void Add(TarWriter tar, string name, Stream content)
    {
        using (content)
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content });
    }

    private static bool IsNamed(Descriptor descriptor, string? name) =>
        name is null || descriptor.Digest.ToString() == name || descriptor.Annotations?.GetValueOrDefault(NameAnnotation) == name;

    private static DirFd Open(string path)
    {
        try
        {
            return DirFd.Open(Path.GetFullPath(path));
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            throw new SlipwayException(ErrorKind.NotFound, $"OCI layout '{Printable.Escape(path)}': no such directory", e);
        }
    }

    private static byte[]? Read(DirFd root, string name, int max)
    {
        using SafeFd? file = root.TryOpenPath(Encoding.UTF8.GetBytes(name), OpenFlags.ReadOnly | OpenFlags.NonBlocking, Resolve.NoLinks);
        if (file is null || file.Status() is not { IsRegular: true } status || status.Size > max)
            return null;
        var bytes = new byte[status.Size];
        int length = 0;
        for (int read; length < bytes.Length && (read = file.Read(bytes.AsSpan(length))) > 0;)
            length += read;
        return bytes[..length];
    }

    private static SlipwayException Refused(LayoutContext layout, string why) => new(ErrorKind.NotFound, $"OCI layout '{Printable.Escape(layout.Path)}': {why}");
}
