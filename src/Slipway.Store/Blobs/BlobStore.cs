using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Layers;
using Slipway.Store.Leases;

namespace Slipway.Store.Blobs;

// content/blobs/sha256/HEX   the bytes whose SHA-256 is HEX; mode 0600, never written again
// content/ingest/NAME        a blob on its way in, under an exclusive flock while its writer lives
// content/ingest/sha256-HEX  the first bytes of the blob HEX, perhaps all, kept for the next try; flocked while somebody fetches them. A second
//                            name of the blob itself (link) from when that is in place until an image refers to it

/// <summary>
/// Immutable content, named by what it holds. Nothing enters under a digest that it does not have (invariant I7). A blob is not yet
/// durable when it is committed: <see cref="Images.ImageStore.Put"/> syncs once before anything refers to it.
/// </summary>
public sealed partial class BlobStore
{
    private readonly StorePaths _paths;
    private readonly LeaseStore _leases;
    private readonly TimeProvider _clock;

    internal BlobStore(StorePaths paths, LeaseStore leases, TimeProvider clock)
    {
        _paths = paths;
        _leases = leases;
        _clock = clock;
    }

    /// <summary>Whether the blob is there.</summary>
    public bool Contains(Digest digest) => File.Exists(PathOf(digest));

    /// <summary>Its bytes.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public long SizeOf(Digest digest)
    {
        var file = new FileInfo(PathOf(digest));
        return file.Exists ? file.Length : throw Missing(digest);
    }

    /// <summary>Opens it for reading from the start.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public FileStream OpenRead(Digest digest)
    {
        try
        {
            // Not by .NET, which asks for a lock that whoever fetches the blob has until an image refers to it.
            return FileDescriptor.Open(PathOf(digest), OpenFlags.ReadOnly | OpenFlags.NoFollow).ToStream(FileAccess.Read);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            throw Missing(digest);
        }
    }

    /// <summary>Its file; for handing to the kernel, never for writing.</summary>
    public string PathOf(Digest digest) => Path.Join(_paths.Blobs, digest.Hex);

    /// <summary>Starts a new blob. It exists once <see cref="BlobWriter.Commit"/> returns; disposing without a commit discards it.</summary>
    public BlobWriter CreateWriter() => new(this, _leases, Path.Join(_paths.Ingest, Guid.NewGuid().ToString("N")));

    /// <summary>Stores these bytes.</summary>
    public (Digest Digest, long Size) Write(ReadOnlySpan<byte> content)
    {
        using BlobWriter writer = CreateWriter();
        writer.Write(content);
        return writer.Commit();
    }

    /// <summary>The whole content.</summary>
    /// <exception cref="SlipwayException">NotFound; InvalidArgument: larger than <paramref name="maxBytes"/> (nothing was read then).</exception>
    public byte[] ReadAll(Digest digest, long maxBytes)
    {
        using Stream stream = OpenRead(digest);
        if (stream.Length > maxBytes)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read blob {digest}: {stream.Length} bytes are more than the {maxBytes} allowed here");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    /// <summary>Removes it; not an error when it is gone already. Whether anything refers to it is the collector's question.</summary>
    public void Delete(Digest digest) => File.Delete(PathOf(digest));

    /// <summary>Takes a blob out of place at once, to be removed from the disk with the staging directory: to free a large file takes a while.</summary>
    internal void TakeAway(Digest digest, StagingDirectory staging)
    {
        using DirFd blobs = DirFd.Open(_paths.Blobs);
        staging.TryTake(blobs, Encoding.ASCII.GetBytes(digest.Hex), Encoding.ASCII.GetBytes($"blob-{digest.Hex}"));
    }

    /// <summary>Every blob, in no order.</summary>
    public IEnumerable<Digest> List()
    {
        foreach (string path in Directory.EnumerateFiles(_paths.Blobs))
        {
            if (Digest.TryParseHex(Path.GetFileName(path), out Digest digest))
                yield return digest;
        }
    }

    private static SlipwayException Missing(Digest digest) => new(ErrorKind.NotFound, $"blob {digest} is not in the store");
}
