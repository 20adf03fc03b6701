using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Archives;
using Slipway.Store.Blobs;
using Slipway.Store.Layers;
using Slipway.Store.Recipes.Deflate;
using ZstdSharp;

namespace Slipway.Store.Recipes;

/// <summary>Writes the recipe of one blob into a staging directory.</summary>
internal sealed class RecipeMaker(BlobStore blobs, PackedLayer layer, DirFd tree, string path, CancellationToken cancellation)
{
    private const int Level = 7, SampleBytes = 512 * 1024;

    // The likely ones first, so that most blobs are known by the first or second: our own, Go's and gzip's default.
    private static readonly int[] s_likely = [0, 14, 6];

    /// <summary>Writes it.</summary>
    /// <param name="packing">How the blob is packed; for <see cref="RecipePacking.Registry"/> the tar alone is recorded.</param>
    /// <param name="repository">Who has the blob.</param>
    /// <exception cref="SlipwayException">Corrupt: the blob is damaged.</exception>
    /// <exception cref="DeflateException">The blob says something in a way that can't be recorded.</exception>
    public RecipeInfo Write(RecipePacking packing, string? repository)
    {
        int model = packing == RecipePacking.Gzip ? ChooseModel() : 0;
        using FileStream file = Create(path), decisions = Create(path + ".decisions");
        using var hashing = new HashingStream(file);
        using (var packed = new CompressionStream(decisions, Level, leaveOpen: true))
            RecordTar(hashing, packing, model, packed);
        file.Flush();
        (long tarBytes, long decisionBytes) = (file.Length, packing == RecipePacking.Gzip ? decisions.Length : 0);
        decisions.Position = 0;
        if (decisionBytes > 0)
            decisions.CopyTo(hashing);
        var info = new RecipeInfo
        {
            Blob = layer.Blob,
            BlobSize = blobs.SizeOf(layer.Blob),
            DiffId = layer.DiffId,
            ChainId = layer.ChainId,
            Packing = packing,
            Model = model,
            TarBytes = tarBytes,
            DecisionBytes = decisionBytes,
            Repository = repository,
        };
        RecipeFile.Finish(file, hashing, info);
        file.Flush();
        File.Delete(path + ".decisions");
        return info;
    }

    private static FileStream Create(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.ReadWrite,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    private void RecordTar(Stream to, RecipePacking packing, int model, Stream decisions)
    {
        using Stream blob = blobs.OpenRead(layer.Blob);
        using Stream plain = packing switch
        {
            RecipePacking.Plain => blob,
            RecipePacking.Gzip => new GzipSplitter(blob, MatchModel.All[model], new RecordWriter(decisions)),
            _ => Compression.OpenRead(blob),
        };
        using var hashed = new HashingStream(plain);
        using var zstd = new CompressionStream(to, Level, leaveOpen: true);
        var records = new RecordWriter(zstd);
        new TarRecorder(tree, records).Record(hashed, cancellation);
        records.Flush();
        if (hashed.Finish() != layer.DiffId)
            throw new SlipwayException(ErrorKind.Corrupt, "the blob is damaged: see 'slip system check'");
    }

    // The one that makes for the fewest decisions at the beginning of the blob; the first that is nearly always right will do.
    private int ChooseModel()
    {
        (int model, long best) = (0, long.MaxValue);
        foreach (int candidate in s_likely.Concat(Enumerable.Range(0, MatchModel.All.Count).Except(s_likely)))
        {
            cancellation.ThrowIfCancellationRequested();
            long cost = CostOf(candidate, out long plain);
            if (cost < best)
                (model, best) = (candidate, cost);
            if (cost < plain / 256)
                break;
        }
        return model;
    }

    private long CostOf(int model, out long plain)
    {
        using Stream blob = blobs.OpenRead(layer.Blob);
        var records = new RecordWriter(Stream.Null);
        using var splitter = new GzipSplitter(blob, MatchModel.All[model], records);
        byte[] buffer = new byte[64 * 1024];
        plain = 0;
        for (int length; plain < SampleBytes && (length = splitter.Read(buffer)) > 0;)
            plain += length;
        return records.Length;
    }
}
