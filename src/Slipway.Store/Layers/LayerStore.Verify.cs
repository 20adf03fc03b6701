using System.Collections.Concurrent;
using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Archives;
using Slipway.Store.Checking;

namespace Slipway.Store.Layers;

public sealed partial class LayerStore
{
    /// <summary>
    /// Unpacks a layer's blob once more, aside, and compares: names the files that are not what they were. With <paramref name="replace"/> the new
    /// tree takes the place of one that differs, or is missing, at once; what has the old one mounted must not be in use any more. Where the blob
    /// is not kept, its recipe has all but the files' content, of which it knows sums: what has other content can be named, not mended.
    /// </summary>
    /// <param name="parentChainId">The layer below, which is whole; null for the lowest.</param>
    /// <param name="layer">Its blob, which is whole, and its diff id.</param>
    /// <param name="replace">Whether to mend.</param>
    /// <param name="cancellation">Ends the work; nothing has changed.</param>
    /// <exception cref="SlipwayException">As <see cref="Unpack"/>.</exception>
    public LayerVerification Verify(Digest? parentChainId, LayerSource layer, bool replace, CancellationToken cancellation = default)
    {
        Digest chainId = ChainIdOf(parentChainId, layer.DiffId);
        using var unpacking = new LayerUnpacking(_paths, layer);
        var changed = new ConcurrentDictionary<string, string>();
        unpacking.Place(_blobs, (path, how) => changed["/" + PathBytes.Show(path)] = how, cancellation);
        LayerInfo info;
        using (var below = Snapshots.MergedDirectory.Open(StackOf(parentChainId)))
            info = unpacking.Finish(chainId, parentChainId, below, cancellation);
        List<TreeDifference> differences = Differences(unpacking.Staging, info, cancellation);
        differences.AddRange(changed.OrderBy(c => c.Key, StringComparer.Ordinal).Where(c => !differences.Exists(d => d.Path == c.Key)).Select(c => new TreeDifference(c.Key, c.Value)));
        bool isReplaced = differences.Count > 0 && replace && changed.IsEmpty;
        if (isReplaced)
            Replace(unpacking.Staging, info);
        return new(differences, isReplaced);
    }

    private List<TreeDifference> Differences(StagingDirectory fresh, LayerInfo info, CancellationToken cancellation)
    {
        var found = new List<TreeDifference>();
        if (RecordProblem(info) is { } problem)
            found.Add(new("/", problem));
        if (!Directory.Exists(PathOf(info.ChainId)))
            return found;
        using DirFd expected = fresh.Directory.OpenDirectory("fs"u8), actual = DirFd.Open(PathOf(info.ChainId));
        found.AddRange(TreeComparer.Compare(expected, actual, cancellation));
        return found;
    }

    private string? RecordProblem(LayerInfo info)
    {
        try
        {
            // How many blocks a file takes may be another file system's, or another day's, decision.
            return Find(info.ChainId) is not { } present ? "the layer is not unpacked" : present with { Bytes = info.Bytes } != info ? "its layer.json says something else" : null;
        }
        catch (SlipwayException e)
        {
            return e.Message;
        }
    }

    private void Replace(StagingDirectory fresh, LayerInfo info)
    {
        WriteRecord(fresh, info);
        using (SafeFd file = fresh.Directory.OpenName("layer.json"u8, OpenFlags.ReadOnly))
            file.FlushFileSystem();
        using DirFd layers = DirFd.Open(_paths.Layers);
        byte[] name = Encoding.ASCII.GetBytes(info.ChainId.Hex);
        if (!fresh.TryMoveTo(layers, name))
            fresh.Exchange(layers, name);
    }
}
