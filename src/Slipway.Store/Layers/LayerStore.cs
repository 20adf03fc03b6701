using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Blobs;
using Slipway.Store.Leases;

namespace Slipway.Store.Layers;

// layers/HEX/fs           the tree; HEX is the chain id
// layers/HEX/layer.json   LayerRecord, version 1. A version that is not known is an error, never guessed at.
// tmp/stage-…             a layer being built, or one on its way out; locked while its process lives

/// <summary>
/// Unpacked layers, each once for all images and containers that share it. A layer is built aside and renamed into place, so what has a
/// chain id is whole; it is never changed afterwards. As with blobs, <see cref="Images.ImageStore.Put"/> makes it durable before
/// anything refers to it. Any number of processes may do anything here at the same time.
/// </summary>
public sealed partial class LayerStore
{
    private readonly StorePaths _paths;
    private readonly BlobStore _blobs;
    private readonly LeaseStore _leases;

    internal LayerStore(StorePaths paths, BlobStore blobs, LeaseStore leases)
    {
        _paths = paths;
        _blobs = blobs;
        _leases = leases;
    }

    /// <summary>The chain id of a layer on another: the diff id itself for the lowest, else the digest of both names (image-spec, config.md#layer-chainid).</summary>
    public static Digest ChainIdOf(Digest? parentChainId, Digest diffId) =>
        parentChainId is { } parent ? Digest.Of(Encoding.ASCII.GetBytes($"{parent} {diffId}")) : diffId;

    /// <summary>The directory of the layer's tree, to be mounted; never written.</summary>
    public string PathOf(Digest chainId) => Path.Join(_paths.Layers, chainId.Hex, "fs");

    /// <summary>The layer, or null where it is not unpacked.</summary>
    public LayerInfo? Find(Digest chainId)
    {
        string path = Path.Join(_paths.Layers, chainId.Hex, "layer.json");
        try
        {
            LayerInfo layer = LayerRecord.Read(File.ReadAllBytes(path), path);
            return layer.ChainId == chainId ? layer : throw new SlipwayException(ErrorKind.Corrupt, $"read '{path}': it is another layer's");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The layer.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public LayerInfo Get(Digest chainId) => Find(chainId) ?? throw new SlipwayException(ErrorKind.NotFound, $"layer {chainId} is not in the store");

    /// <summary>The trees of a layer and of all below it, top first, as overlay mounts want them. Null makes an empty list.</summary>
    /// <exception cref="SlipwayException">NotFound: one of them is missing.</exception>
    public IReadOnlyList<string> StackOf(Digest? chainId)
    {
        var stack = new List<string>();
        for (Digest? at = chainId; at is { } id; at = Get(id).Parent)
            stack.Add(PathOf(id));
        return stack;
    }

    /// <summary>What a layer takes on the disk, its record and directory included; <see cref="LayerInfo.Bytes"/> is its tree alone.</summary>
    public long DiskBytesOf(LayerInfo layer)
    {
        const int BlockSize = 512;
        using DirFd layers = DirFd.Open(_paths.Layers);
        byte[] name = Encoding.ASCII.GetBytes(layer.ChainId.Hex);
        long own = layers.TryStatus(name, out FileStatus directory) ? directory.Blocks : 0;
        using DirFd? itself = layers.TryOpenDirectory(name);
        own += itself?.TryStatus("layer.json"u8, out FileStatus record) == true ? record.Blocks : 0;
        return layer.Bytes + own * BlockSize;
    }

    /// <summary>Every layer, in no order.</summary>
    public IEnumerable<LayerInfo> List()
    {
        foreach (string path in Directory.EnumerateDirectories(_paths.Layers))
        {
            if (Digest.TryParseHex(Path.GetFileName(path), out Digest chainId) && Find(chainId) is { } layer)
                yield return layer;
        }
    }

    /// <summary>Removes a layer; not an error when it is gone already. Whether anything refers to it is the collector's question.</summary>
    public void Delete(Digest chainId)
    {
        using var staging = StagingDirectory.Create(_paths);
        TakeAway(chainId, staging);
    }

    /// <summary>Takes a layer out of place at once, to be removed from the disk with the staging directory.</summary>
    internal void TakeAway(Digest chainId, StagingDirectory staging)
    {
        using DirFd layers = DirFd.Open(_paths.Layers);
        byte[] name = Encoding.ASCII.GetBytes(chainId.Hex);
        staging.TryTake(layers, name, name);
    }

    /// <summary>Removes what processes left half-built, or on its way out, that are gone.</summary>
    internal void Sweep() => StagingDirectory.Sweep(_paths);

    private static void WriteRecord(StagingDirectory staging, LayerInfo layer)
    {
        using SafeFd file = staging.Directory.CreateFile("layer.json"u8);
        file.WriteAt(LayerRecord.Write(layer), 0);
    }

    private LayerInfo Seal(StagingDirectory staging, LayerInfo layer)
    {
        WriteRecord(staging, layer);
        using DirFd layers = DirFd.Open(_paths.Layers);
        // Taken: another has made the same layer meanwhile, and ours goes with its staging.
        return staging.TryMoveTo(layers, Encoding.ASCII.GetBytes(layer.ChainId.Hex)) ? layer : Get(layer.ChainId);
    }
}
