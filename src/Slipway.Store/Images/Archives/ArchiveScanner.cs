using System.Text;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Store.Archives;
using Slipway.Store.Blobs;
using Slipway.Store.Leases;

namespace Slipway.Store.Images.Archives;

/// <summary>Takes an image archive apart in one pass, in whatever order it stands: documents into memory, all else into the blob store.</summary>
internal sealed class ArchiveScanner(BlobStore blobs, Lease lease)
{
    private const int CopyBuffer = 128 * 1024;

    private static readonly TarLimits s_limits = new() { MaxEntries = 100_000 };

    private static readonly HashSet<string> s_documents =
        [ArchiveNames.Index, ArchiveNames.OciLayout, ArchiveNames.DockerManifest, ArchiveNames.DockerRepositories];

    private readonly byte[] _buffer = new byte[CopyBuffer];

    public ArchiveContents Scan(Stream archive, CancellationToken cancellation)
    {
        var contents = new ArchiveContents(blobs);
        using Stream plain = Compression.OpenRead(archive, leaveOpen: true);
        var tar = new TarEntryReader(plain, s_limits);
        while (tar.Next(cancellation) is { } entry)
            Take(contents, tar, entry, cancellation);
        // To the end, where the checksum of a compressed archive stands.
        tar.Drain(cancellation);
        return contents;
    }

    private void Take(ArchiveContents contents, TarEntryReader tar, TarEntry entry, CancellationToken cancellation)
    {
        string name = ArchiveContents.Clean(Encoding.UTF8.GetString(entry.Name));
        switch (entry.Kind)
        {
            case TarEntryKind.Regular when entry.Extents is not null:
                // Its holes would be zeroes on our disk, at no cost to whoever wrote it.
                throw new SlipwayException(ErrorKind.InvalidArgument, $"load: '{Printable.Escape(name)}' is a sparse file");
            case TarEntryKind.Regular when s_documents.Contains(name):
                contents.AddDocument(name, ReadDocument(tar, entry, name));
                break;
            case TarEntryKind.Regular:
                TakeFile(contents, name, tar, entry, cancellation);
                break;
            case TarEntryKind.Symlink when ArchiveContents.Resolve(name, Encoding.UTF8.GetString(entry.LinkName)) is { } target:
                contents.AddLink(name, target);
                break;
            case TarEntryKind.HardLink:
                contents.AddLink(name, ArchiveContents.Clean(Encoding.UTF8.GetString(entry.LinkName)));
                break;
            default:
                // Directories say nothing, and a device or a link that leads out is nothing that an image could be made of.
                break;
        }
    }

    private static byte[] ReadDocument(TarEntryReader tar, TarEntry entry, string name)
    {
        if (entry.Size > ImageDocuments.MaxManifestBytes)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"load: {name} has {entry.Size} bytes, more than the {ImageDocuments.MaxManifestBytes} allowed");
        var content = new byte[entry.Size];
        using Stream stream = tar.OpenContent();
        stream.ReadExactly(content);
        return content;
    }

    private void TakeFile(ArchiveContents contents, string name, TarEntryReader tar, TarEntry entry, CancellationToken cancellation)
    {
        Digest? expected = ExpectedDigest(name);
        if (expected is { } digest)
        {
            // Under the lease before we look: from here on nobody takes it away.
            lease.AddBlob(digest);
            if (blobs.Contains(digest) && blobs.SizeOf(digest) == entry.Size)
            {
                contents.AddFile(name, digest, entry.Size);
                return;
            }
        }
        using BlobWriter writer = blobs.CreateWriter();
        for (int read; (read = tar.ReadData(_buffer, out _)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            writer.Write(_buffer.AsSpan(0, read));
        }
        (Digest actual, long size) = writer.Commit(expected, entry.Size);
        contents.AddFile(name, actual, size);
    }

    private static Digest? ExpectedDigest(string name) =>
        name.StartsWith(ArchiveNames.BlobPrefix, StringComparison.Ordinal) && Digest.TryParseHex(name[ArchiveNames.BlobPrefix.Length..], out Digest digest) ? digest : null;
}
