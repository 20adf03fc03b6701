using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Archives;
using Slipway.Store.Blobs;
using Slipway.Store.Images;
using Slipway.Store.Layers;
using Slipway.Store.Leases;
using Slipway.Store.Recipes.Deflate;

namespace Slipway.Store.Recipes;

/// <summary>
/// Keeps layers once. For a blob whose layer is unpacked it (1) writes down how the blob is made of the layer's tree, (2) makes it so and
/// compares the digest, (3) puts the recipe in place, on the disk, and (4) drops the blob. A kill at any point leaves the blob or a recipe that
/// was tried, or both. What can't be made again stays, or is dropped where a registry has it and that was asked for.
/// </summary>
public sealed class BlobCompactor
{
    private const int BlockSize = 512, ProofBuffer = 128 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly StorePaths _paths;
    private readonly BlobStore _blobs;
    private readonly LayerStore _layers;
    private readonly ImageStore _images;
    private readonly LeaseStore _leases;
    private readonly RecipeStore _recipes;

    internal BlobCompactor(StorePaths paths, BlobStore blobs, LayerStore layers, ImageStore images, LeaseStore leases, RecipeStore recipes)
    {
        _paths = paths;
        _blobs = blobs;
        _layers = layers;
        _images = images;
        _leases = leases;
        _recipes = recipes;
    }

    /// <summary>The layers that are kept twice, each once, the largest blob first. Whether one can be dropped shows when it is tried.</summary>
    /// <param name="images">The images to look at; null: all.</param>
    public IReadOnlyList<PackedLayer> List(IReadOnlyCollection<Digest>? images = null)
    {
        var found = new Dictionary<Digest, PackedLayer>();
        IReadOnlyList<ImageRecord> all = _images.List();
        ILookup<Digest, Digest> users = all.SelectMany(i => i.Manifest.Layers.Select(l => (l.Digest, i.Id)).Distinct()).ToLookup(p => p.Digest, p => p.Id);
        using DirFd directory = _blobs.OpenDirectory();
        foreach (ImageRecord image in all.Where(i => images?.Contains(i.Id) ?? true))
        {
            for (int i = 0; i < image.ChainIds.Count; i++)
            {
                Digest blob = image.Manifest.Layers[i].Digest;
                if (!found.ContainsKey(blob) && directory.TryStatus(Encoding.ASCII.GetBytes(blob.Hex), out FileStatus status) && _layers.Find(image.ChainIds[i]) is not null)
                    found.Add(blob, new(blob, status.Blocks * BlockSize, image.ChainIds[i], image.Config.Rootfs.DiffIds[i], [.. users[blob]]));
            }
        }
        return [.. found.Values.OrderByDescending(l => l.Bytes).ThenBy(l => l.Blob.Hex, StringComparer.Ordinal)];
    }

    /// <summary>Drops a layer's blob, where it can be had again.</summary>
    /// <exception cref="SlipwayException">Exhausted: the disk; Corrupt: the database or a record of the layer.</exception>
    /// <exception cref="OperationCanceledException">Nothing has changed.</exception>
    public CompactedLayer Compact(PackedLayer layer, CompactionOptions options, CancellationToken cancellation)
    {
        using Lease lease = _leases.Acquire("compact");
        lease.AddBlob(layer.Blob);
        lease.AddLayer(layer.ChainId);
        if (!_blobs.IsKept(layer.Blob))
            return Kept(layer, _blobs.Contains(layer.Blob) ? "it is dropped already" : "it is gone");
        if (_layers.Find(layer.ChainId) is null)
            return Kept(layer, "its layer is not unpacked");
        using var staging = StagingDirectory.Create(_paths);
        string path = Path.Join(_paths.Tmp, staging.Name, "recipe");
        RecipeInfo? recipe = TryMake(layer, path, cancellation, out string reason) ?? TryRegistry(layer, path, options, cancellation, ref reason);
        return recipe is null ? Kept(layer, reason) : Finish(layer, recipe.Packing, staging, options, reason);
    }

    private RecipeInfo? TryMake(PackedLayer layer, string path, CancellationToken cancellation, out string reason)
    {
        try
        {
            if (PackingOf(layer.Blob) is not { } packing)
            {
                reason = "it is packed by zstd, whose every choice is its own";
                return null;
            }
            RecipeInfo info = Make(layer, path, packing, null, cancellation);
            using (RebuiltBlob rebuilt = _recipes.Rebuild(info, path))
                Drain(rebuilt, cancellation);
            reason = packing == RecipePacking.Plain ? "made of its tree" : "made of its tree, and packed again";
            return info;
        }
        catch (Exception e) when (e is SlipwayException { Kind: ErrorKind.Corrupt } or DeflateException)
        {
            reason = $"it can't be made again: {e.Message}";
            return null;
        }
    }

    // The tar is recorded all the same: layers are verified by it, and unpacked again.
    private RecipeInfo? TryRegistry(PackedLayer layer, string path, CompactionOptions options, CancellationToken cancellation, ref string reason)
    {
        if (options.FindInRegistry?.Invoke(layer) is not { } repository)
            return null;
        RecipeInfo info = Make(layer, path, RecipePacking.Registry, repository, cancellation);
        using Stream tar = _recipes.OpenTar(info, path);
        using var hashing = new HashingStream(tar);
        Drain(hashing, cancellation);
        if (hashing.Finish() != info.DiffId)
            return null;
        reason = $"{repository} has it";
        return info;
    }

    private RecipeInfo Make(PackedLayer layer, string path, RecipePacking packing, string? repository, CancellationToken cancellation)
    {
        using DirFd tree = DirFd.Open(_layers.PathOf(layer.ChainId));
        return new RecipeMaker(_blobs, layer, tree, path, cancellation).Write(packing, repository);
    }

    private RecipePacking? PackingOf(Digest blob)
    {
        Span<byte> start = stackalloc byte[4];
        using Stream content = _blobs.OpenRead(blob);
        int length = content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return Compression.Detect(start[..length]) switch
        {
            CompressionFormat.None => RecipePacking.Plain,
            CompressionFormat.Gzip => RecipePacking.Gzip,
            _ => null,
        };
    }

    private CompactedLayer Finish(PackedLayer layer, RecipePacking packing, StagingDirectory staging, CompactionOptions options, string reason)
    {
        using SafeFd recipe = staging.Directory.OpenName("recipe"u8, OpenFlags.ReadOnly);
        using DirFd blobs = _blobs.OpenDirectory();
        FileStatus status = blobs.Status(Encoding.ASCII.GetBytes(layer.Blob.Hex));
        long recipeBytes = recipe.Status().Blocks * BlockSize;
        // Another name of it, of a pull that goes on: then nothing is freed yet.
        long freed = (status.Links > 1 ? 0 : status.Blocks * BlockSize) - recipeBytes;
        if (freed <= 0)
            return Kept(layer, "what would have to be kept instead is as large");
        CompactionOutcome outcome = packing == RecipePacking.Registry ? CompactionOutcome.InRegistry : CompactionOutcome.Rebuildable;
        if (!options.DryRun)
            Replace(layer.Blob, recipe, staging);
        return new(layer, outcome, freed, recipeBytes, reason);
    }

    // Nothing is dropped before what stands in for it is on the disk, by its name.
    private void Replace(Digest blob, SafeFd recipe, StagingDirectory staging)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_paths.Recipes)!, OwnerOnly);
        Directory.CreateDirectory(_paths.Recipes, OwnerOnly);
        using (DirFd recipes = DirFd.Open(_paths.Recipes))
            staging.Directory.Rename("recipe"u8, recipes, Encoding.ASCII.GetBytes(blob.Hex));
        recipe.FlushFileSystem();
        _blobs.TakeAwayKept(blob, staging);
    }

    private static void Drain(Stream stream, CancellationToken cancellation)
    {
        byte[] buffer = new byte[ProofBuffer];
        while (stream.Read(buffer) > 0)
            cancellation.ThrowIfCancellationRequested();
    }

    private static CompactedLayer Kept(PackedLayer layer, string reason) => new(layer, CompactionOutcome.Kept, 0, 0, reason);
}
