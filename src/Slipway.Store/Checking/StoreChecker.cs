using System.Collections.Concurrent;
using System.Security.Cryptography;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;
using Slipway.Store.Leases;

namespace Slipway.Store.Checking;

/// <summary>
/// Reads everything that images are made of and says what is not as it was: (1) the database, (2) what no name in the store can mean,
/// (3) every blob against its digest, (4) each image's documents, (5) each layer's tree against its blob, file by file. What is mended is
/// mended in this order, because each stands on the ones before. Others may use the store meanwhile.
/// </summary>
public sealed class StoreChecker
{
    private readonly ImageStorage _store;
    private readonly CheckOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly List<Finding> _found = [];
    private readonly HashSet<Digest> _badBlobs = [];
    private readonly Dictionary<Digest, string> _problems = [];

    private StoreChecker(ImageStorage store, CheckOptions options, CancellationToken cancellation)
    {
        _store = store;
        _options = options;
        _cancellation = cancellation;
    }

    /// <summary>Looks, and mends where that was asked for.</summary>
    /// <exception cref="SlipwayException">The disk fails, or is full.</exception>
    public static IReadOnlyList<Finding> Check(ImageStorage store, CheckOptions options, CancellationToken cancellation)
    {
        // Nothing that is being read may be collected.
        using Lease lease = store.Leases.Acquire("check");
        var checker = new StoreChecker(store, options, cancellation);
        checker.Run(lease);
        return checker._found;
    }

    private void Run(Lease lease)
    {
        if (!DatabaseIsWhole())
            return;
        IReadOnlyList<ImageRecord> images = [.. _store.Images.List().Where(i => _options.Images?.Contains(i.Id) ?? true)];
        foreach (Digest blob in images.SelectMany(BlobsOf))
            lease.AddBlob(blob);
        foreach (Digest layer in images.SelectMany(i => i.ChainIds))
            lease.AddLayer(layer);
        if (_options.Images is null)
            Strangers();
        HashBlobs(_options.Images is null ? [.. _store.Blobs.List()] : [.. images.SelectMany(BlobsOf).Where(_store.Blobs.Contains).Distinct()]);
        foreach (ImageRecord image in images)
            Documents(image);
        foreach (ImageRecord image in images)
            Blobs(image);
        var layers = new LayerCheck(_store, _options, _badBlobs, _found, _cancellation);
        foreach (ImageRecord image in images)
            layers.Check(image);
    }

    private bool DatabaseIsWhole()
    {
        string[] problems = [.. _store.Database.Query("PRAGMA integrity_check", static r => r.GetString(0)).Where(l => l != "ok")];
        if (problems.Length == 0)
            return true;
        _found.Add(new("the database", string.Join("; ", problems.Take(5)), Note: "its rows can't be trusted: save what the volumes hold, and make the store anew"));
        return false;
    }

    private void Strangers()
    {
        foreach (string path in Directory.EnumerateFileSystemEntries(_store.Paths.Blobs).Where(p => !Digest.TryParseHex(Path.GetFileName(p), out _) || Directory.Exists(p))
            .Concat(Directory.EnumerateFileSystemEntries(_store.Paths.Layers).Where(p => !Digest.TryParseHex(Path.GetFileName(p), out _)))
            .Concat(Directory.Exists(_store.Paths.Recipes) ? Directory.EnumerateFileSystemEntries(_store.Paths.Recipes).Where(p => !Digest.TryParseHex(Path.GetFileName(p), out _)) : []))
        {
            // Nobody of ours makes such a name: whose it is, we can't know.
            _found.Add(new($"'{Printable.Escape(path)}'", "nothing in the store has such a name", Note: "not Slipway's: look at it, and remove it"));
        }
    }

    private void HashBlobs(Digest[] digests)
    {
        var bad = new ConcurrentBag<(Digest, string)>();
        var badRecipes = new ConcurrentBag<Digest>();
        Parallel.ForEach(digests, new ParallelOptions { CancellationToken = _cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, digest =>
        {
            _options.Progress?.Invoke($"blob {digest.Short}");
            if (ProblemOf(digest) is { } problem)
                bad.Add((digest, problem));
            else if (_store.Blobs.IsKept(digest) && _store.Blobs.RecipeProblem(digest) is not null)
                badRecipes.Add(digest);
        });
        foreach (Digest digest in badRecipes)
            BadRecipe(digest);
        foreach ((Digest digest, string problem) in bad.OrderBy(b => b.Item1.Hex, StringComparer.Ordinal))
        {
            bool isKept = _store.Blobs.IsKept(digest);
            _badBlobs.Add(digest);
            _problems[digest] = isKept ? "its bytes have changed" : problem;
            if (!_store.Images.List().Any(i => BlobsOf(i).Contains(digest)))
            {
                if (_options.Repair)
                    _store.Blobs.Delete(digest);
                _found.Add(new($"blob {digest.Short}", problem, _options.Repair ? FindingState.Removed : FindingState.Found, "no image needs it"));
            }
            // A recipe stays until the blob is had again: what it says is all that is known of how.
            else if (_options.Repair && isKept)
            {
                _store.Blobs.DeleteKept(digest);
            }
        }
    }

    private void BadRecipe(Digest digest)
    {
        if (_options.Repair)
            _store.Blobs.DeleteRecipe(digest);
        _found.Add(new($"recipe of blob {digest.Short}", "it is damaged", _options.Repair ? FindingState.Repaired : FindingState.Found, "the blob itself is kept, and whole: its recipe is of no use"));
    }

    private string? ProblemOf(Digest digest)
    {
        if (!_store.Blobs.IsKept(digest))
            return _store.Blobs.RecipeProblem(digest);
        try
        {
            using Stream blob = _store.Blobs.OpenRead(digest);
            Digest actual = Digest.FromHash(SHA256.HashData(blob));
            return actual == digest ? null : $"its content has the digest {actual}";
        }
        catch (IOException e)
        {
            return $"it can't be read: {e.Message}";
        }
        catch (SlipwayException e) when (e.Kind == ErrorKind.NotFound)
        {
            return null; // collected meanwhile
        }
    }

    // Both documents stand in the database too, so that each can be had from the other place.
    private void Documents(ImageRecord image)
    {
        foreach ((string what, Digest digest, byte[] copy) in (ReadOnlySpan<(string, Digest, byte[])>)
            [("manifest", image.Id, image.ManifestBytes), ("configuration", image.Manifest.Config.Digest, image.ConfigBytes)])
        {
            bool copyIsGood = Digest.Of(copy) == digest;
            bool blobIsGood = _store.Blobs.Contains(digest) && !_badBlobs.Contains(digest);
            if (copyIsGood && blobIsGood)
                continue;
            string subject = $"{what} {digest.Short} of {NameOf(image)}";
            if (!copyIsGood)
                _found.Add(new(subject, "its row in the database says something else", Note: "remove the image and load it again"));
            else if (!_options.Repair)
                _found.Add(new(subject, _badBlobs.Contains(digest) ? "the blob is damaged" : "the blob is missing", Note: "'slip system check --repair' writes it again from the database"));
            else
                _found.Add(new(subject, "the blob was missing or damaged", Rewrite(digest, copy), "written again from the database"));
        }
    }

    private FindingState Rewrite(Digest digest, byte[] copy)
    {
        _store.Blobs.Write(copy);
        _badBlobs.Remove(digest);
        return FindingState.Repaired;
    }

    private void Blobs(ImageRecord image)
    {
        foreach (Descriptor layer in image.Manifest.Layers.DistinctBy(l => l.Digest))
        {
            bool damaged = _badBlobs.Contains(layer.Digest);
            if (_store.Blobs.Contains(layer.Digest) && !damaged)
                continue;
            string subject = $"blob {layer.Digest.Short} of {NameOf(image)}", problem = !damaged ? "it is missing" : _problems[layer.Digest];
            if (damaged && _options.Repair && _store.Blobs.Contains(layer.Digest) && _store.Blobs.RecipeProblem(layer.Digest) is null)
            {
                // What was damaged is gone by now, and what stands in for it is not.
                _badBlobs.Remove(layer.Digest);
                _found.Add(new(subject, problem, FindingState.Repaired, "it is made of its layer's tree again"));
            }
            else if (_options.Repair && _options.Fetch?.Invoke(image, layer) == true)
            {
                _badBlobs.Remove(layer.Digest);
                _store.Blobs.DeleteRecipe(layer.Digest);
                _found.Add(new(subject, problem, FindingState.Repaired, "fetched again"));
            }
            else
            {
                _badBlobs.Add(layer.Digest);
                _found.Add(new(subject, problem, Note: "containers run, but the image can't be saved or pushed: pull or build it again"));
            }
        }
    }

    private static IEnumerable<Digest> BlobsOf(ImageRecord image) =>
        image.Manifest.Layers.Select(l => l.Digest).Append(image.Manifest.Config.Digest).Append(image.Id);

    /// <summary>An image as people know it.</summary>
    internal static string NameOf(ImageRecord image) => image.Names.Count > 0 ? image.Names[0].Familiar : image.Id.ToString();
}
