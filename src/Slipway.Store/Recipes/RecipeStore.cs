using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Layers;
using Slipway.Store.Recipes.Deflate;

namespace Slipway.Store.Recipes;

/// <summary>
/// How blobs that are not kept are had again. A recipe is here only after a blob was made by it, byte for byte; the blob went afterwards.
/// </summary>
internal sealed class RecipeStore(StorePaths paths)
{
    public string PathOf(Digest blob) => Path.Join(paths.Recipes, blob.Hex);

    public bool Contains(Digest blob) => File.Exists(PathOf(blob));

    /// <summary>Bytes of the file; 0 where there is none.</summary>
    public long BytesOf(Digest blob) => new FileInfo(PathOf(blob)) is { Exists: true } file ? file.Length : 0;

    /// <summary>What the file takes on the disk, in bytes; 0 where there is none.</summary>
    public long DiskBytesOf(Digest blob)
    {
        const int BlockSize = 512;
        if (!Contains(blob))
            return 0;
        using DirFd recipes = DirFd.Open(paths.Recipes);
        return recipes.TryStatus(System.Text.Encoding.ASCII.GetBytes(blob.Hex), out FileStatus status) ? status.Blocks * BlockSize : 0;
    }

    /// <summary>What it says; null where there is none.</summary>
    /// <exception cref="SlipwayException">Corrupt.</exception>
    public RecipeInfo? Find(Digest blob)
    {
        using RecipeFile? file = RecipeFile.TryOpen(PathOf(blob), checkSum: false);
        return file?.Info;
    }

    /// <summary>Every blob that has one, in no order.</summary>
    public IEnumerable<Digest> List()
    {
        if (!Directory.Exists(paths.Recipes))
            yield break;
        foreach (string path in Directory.EnumerateFiles(paths.Recipes))
        {
            if (Digest.TryParseHex(Path.GetFileName(path), out Digest blob))
                yield return blob;
        }
    }

    public void Delete(Digest blob)
    {
        if (Contains(blob))
            File.Delete(PathOf(blob));
    }

    /// <summary>The blob, made while it is read; null where there is no recipe.</summary>
    /// <exception cref="SlipwayException">Corrupt: the recipe is damaged, or what it is about is gone; NotFound: only a registry has the blob, and it can't be fetched now.</exception>
    public RebuiltBlob? TryRebuild(Digest blob)
    {
        if (Find(blob) is not { } info)
            return null;
        if (info.Packing == RecipePacking.Registry)
            throw InRegistry(info);
        return new(blob, info.BlobSize, () => OpenPacked(blob, PathOf(blob)));
    }

    /// <summary>As <see cref="TryRebuild"/>, by a recipe that lies elsewhere yet.</summary>
    public RebuiltBlob Rebuild(RecipeInfo info, string path) => new(info.Blob, info.BlobSize, () => OpenPacked(info.Blob, path));

    /// <summary>The tar of a recipe that lies elsewhere yet.</summary>
    public Stream OpenTar(RecipeInfo info, string path) => OpenTar(Open(info.Blob, path), null);

    /// <summary>The blob's plain tar, made while it is read; null where there is no recipe.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="changed">As for <see cref="RecordedTar"/>.</param>
    /// <exception cref="SlipwayException">Corrupt.</exception>
    public Stream? TryOpenTar(Digest blob, Action<byte[], string>? changed = null)
    {
        RecipeFile? file = RecipeFile.TryOpen(PathOf(blob), checkSum: true);
        return file is null ? null : OpenTar(file, changed);
    }

    /// <summary>Reads all of it and holds it against its sum.</summary>
    /// <returns>What is wrong with it; null where nothing is, or there is none.</returns>
    public string? Problem(Digest blob)
    {
        try
        {
            using RecipeFile? file = RecipeFile.TryOpen(PathOf(blob), checkSum: true);
            return file is null || file.Info.Blob == blob ? null : "it is another blob's";
        }
        catch (Exception e) when (e is SlipwayException or IOException)
        {
            return e.Message;
        }
    }

    private Stream OpenPacked(Digest blob, string path)
    {
        RecipeFile file = Open(blob, path);
        RecipeTar tar = OpenTar(file, null);
        return file.Info.Packing == RecipePacking.Plain ? tar : new GzipJoiner(tar, MatchModel.All[file.Info.Model], file.OpenDecisions());
    }

    private static RecipeFile Open(Digest blob, string path)
    {
        RecipeFile file = RecipeFile.TryOpen(path, checkSum: true) ?? throw new SlipwayException(ErrorKind.Corrupt, "its recipe is gone");
        if (file.Info.Blob == blob)
            return file;
        file.Dispose();
        throw new SlipwayException(ErrorKind.Corrupt, $"'{path}' is another blob's recipe");
    }

    private RecipeTar OpenTar(RecipeFile file, Action<byte[], string>? changed)
    {
        try
        {
            return new(file, new RecordedTar(file.OpenTar(), TreeOf(file.Info), changed), LayerName(file.Info));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // Trees of one diff id hold the same files, whatever lies below them.
    private DirFd TreeOf(RecipeInfo info)
    {
        string tree = Path.Join(paths.Layers, info.ChainId.Hex, "fs");
        if (Directory.Exists(tree))
            return DirFd.Open(tree);
        foreach (string layer in Directory.EnumerateDirectories(paths.Layers))
        {
            string record = Path.Join(layer, "layer.json");
            if (File.Exists(record) && LayerRecord.Read(File.ReadAllBytes(record), record).DiffId == info.DiffId)
                return DirFd.Open(Path.Join(layer, "fs"));
        }
        throw new SlipwayException(ErrorKind.Corrupt, $"layer {info.ChainId.Short} is not unpacked any more");
    }

    private static string LayerName(RecipeInfo info) => $"layer {info.ChainId.Short}";

    private static SlipwayException InRegistry(RecipeInfo info) => new(ErrorKind.NotFound, $"blob {info.Blob.Short} is not kept here, and could not be fetched from {info.Repository}")
    {
        Hint = $"it was dropped because {info.Repository} has it: pull the image again",
    };
}
