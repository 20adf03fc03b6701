using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Layers;
using Slipway.Store.Leases;
using Slipway.Store.Recipes;

namespace Slipway.Store.Blobs;

// content/blobs/sha256/HEX   the bytes whose SHA-256 is HEX; mode 0600, never written again
// content/ingest/NAME        a blob on its way in, under an exclusive flock while its writer lives
// content/ingest/sha256-HEX  the first bytes of the blob HEX, perhaps all, kept for the next try; flocked while somebody fetches them. A second
//                            name of the blob itself (link) from when that is in place until an image refers to it

/// <summary>
/// Immutable content, named by what it holds: kept as it came or, where a layer's blob would be its tree once more, as a recipe of which it is
/// made again when somebody reads it. To whoever asks, both are there. Nothing enters under a digest that it does not have (invariant I7). A blob is not yet
/// durable when it is committed: <see cref="Images.ImageStore.Put"/> syncs once before anything refers to it.
/// </summary>
public sealed partial class BlobStore
{
    private readonly StorePaths _paths;
    private readonly LeaseStore _leases;
    private readonly TimeProvider _clock;
    private readonly RecipeStore _recipes;

    internal BlobStore(StorePaths paths, LeaseStore leases, RecipeStore recipes, TimeProvider clock)
    {
        _recipes = recipes;
        _paths = paths;
        _leases = leases;
        _clock = clock;
    }

    /// <summary>Brings a blob of which only a recipe says that a registry has it; false where it can't be had. Null: nothing is fetched.</summary>
    public Func<Digest, bool>? Fetch { get; set; }

    /// <summary>Whether the blob is there.</summary>
    public bool Contains(Digest digest) => IsKept(digest) || _recipes.Contains(digest);

    /// <summary>Whether the blob is there with this size, and need not be had from elsewhere. A recipe that is damaged does not count.</summary>
    public bool Has(Digest digest, long size) =>
        new FileInfo(PathOf(digest)) is { Exists: true } file ? file.Length == size
        : _recipes.Problem(digest) is null && _recipes.Find(digest)?.BlobSize == size;

    /// <summary>Whether its bytes lie on the disk as they are.</summary>
    public bool IsKept(Digest digest) => File.Exists(PathOf(digest));

    /// <summary>Its bytes.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public long SizeOf(Digest digest)
    {
        var file = new FileInfo(PathOf(digest));
        return file.Exists ? file.Length : _recipes.Find(digest)?.BlobSize ?? throw Missing(digest);
    }

    /// <summary>What it, and its recipe, take on the disk, in bytes; 0 where there is neither.</summary>
    public long DiskBytesOf(Digest digest)
    {
        const int BlockSize = 512;
        using DirFd blobs = DirFd.Open(_paths.Blobs);
        return (blobs.TryStatus(Encoding.ASCII.GetBytes(digest.Hex), out FileStatus status) ? status.Blocks * BlockSize : 0) + _recipes.DiskBytesOf(digest);
    }

    /// <summary>Bytes of the files that it is kept in.</summary>
    public long StoredBytesOf(Digest digest) => (new FileInfo(PathOf(digest)) is { Exists: true } file ? file.Length : 0) + _recipes.BytesOf(digest);

    /// <summary>
    /// Opens it for reading from the start; it can seek. One that is made again is checked as it is read, and going back in it begins anew.
    /// </summary>
    /// <exception cref="SlipwayException">NotFound; Corrupt, also while reading: it can't be made again.</exception>
    public Stream OpenRead(Digest digest)
    {
        // Once more at the end: between the first two looks it may have come back.
        if ((Stream?)TryOpenFile(digest) is { } kept)
            return kept;
        try
        {
            return (Stream?)_recipes.TryRebuild(digest) ?? TryOpenFile(digest) ?? throw Missing(digest);
        }
        catch (SlipwayException e) when (e.Kind == ErrorKind.NotFound && Fetch?.Invoke(digest) == true)
        {
            return TryOpenFile(digest) ?? throw Missing(digest);
        }
    }

    /// <summary>Opens the plain tar of a layer's blob, without packing it first where it has to be made again.</summary>
    /// <param name="digest">The blob.</param>
    /// <param name="changed">Told of a file of the layer's tree that the tar can't be made of any more; reading goes on with other bytes. Null: that is an error.</param>
    /// <exception cref="SlipwayException">As <see cref="OpenRead"/>; while reading also <see cref="Archives.TarException"/>: the packed stream is damaged.</exception>
    public Stream OpenTar(Digest digest, Action<byte[], string>? changed = null) =>
        !IsKept(digest) && _recipes.TryOpenTar(digest, changed) is { } tar ? tar : Archives.Compression.OpenRead(OpenRead(digest));

    /// <summary>What is wrong with the recipe of a blob that is not kept; null where nothing is.</summary>
    internal string? RecipeProblem(Digest digest) => _recipes.Problem(digest);

    private FileStream? TryOpenFile(Digest digest)
    {
        try
        {
            // Not by .NET, which asks for a lock that whoever fetches the blob has until an image refers to it.
            return FileDescriptor.Open(PathOf(digest), OpenFlags.ReadOnly | OpenFlags.NoFollow).ToStream(FileAccess.Read);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return null;
        }
    }

    /// <summary>Its file, where it is kept; for handing to the kernel, never for writing.</summary>
    public string PathOf(Digest digest) => Path.Join(_paths.Blobs, digest.Hex);

    /// <summary>The directory that kept blobs lie in.</summary>
    internal DirFd OpenDirectory() => DirFd.Open(_paths.Blobs);

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
    public void Delete(Digest digest)
    {
        File.Delete(PathOf(digest));
        _recipes.Delete(digest);
    }

    /// <summary>Removes its bytes; where it has no recipe besides, it is gone.</summary>
    internal void DeleteKept(Digest digest) => File.Delete(PathOf(digest));

    /// <summary>Removes its recipe; where it is not kept besides, it is gone.</summary>
    internal void DeleteRecipe(Digest digest) => _recipes.Delete(digest);

    /// <summary>Takes a blob out of place at once, to be removed from the disk with the staging directory: to free a large file takes a while.</summary>
    internal void TakeAway(Digest digest, StagingDirectory staging)
    {
        TakeAwayKept(digest, staging);
        _recipes.Delete(digest);
    }

    /// <summary>Takes away the bytes of a blob that has a recipe.</summary>
    internal void TakeAwayKept(Digest digest, StagingDirectory staging)
    {
        using DirFd blobs = OpenDirectory();
        staging.TryTake(blobs, Encoding.ASCII.GetBytes(digest.Hex), Encoding.ASCII.GetBytes($"blob-{digest.Hex}"));
    }

    /// <summary>Every blob, in no order.</summary>
    public IEnumerable<Digest> List() => ListKept().Concat(_recipes.List().Where(d => !IsKept(d)));

    /// <summary>Those whose bytes lie on the disk as they are.</summary>
    public IEnumerable<Digest> ListKept()
    {
        foreach (string path in Directory.EnumerateFiles(_paths.Blobs))
        {
            if (Digest.TryParseHex(Path.GetFileName(path), out Digest digest))
                yield return digest;
        }
    }

    private static SlipwayException Missing(Digest digest) => new(ErrorKind.NotFound, $"blob {digest} is not in the store");
}
