using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Snapshots;

namespace Slipway.Store.Layers;

public sealed partial class LayerStore
{
    /// <summary>
    /// Unpacks a layer's blob onto its parent, unless that is done already. The digest of the plain tar is checked before the layer
    /// appears. Directories that the archive implies without holding them get what the layers below have at that path.
    /// </summary>
    /// <param name="parentChainId">The layer below; null for the lowest.</param>
    /// <param name="blob">The packed layer, which is in the blob store: gzip, zstd or plain.</param>
    /// <param name="diffId">The digest that its plain tar must have.</param>
    /// <param name="cancellation">Ends the work; nothing stays.</param>
    /// <exception cref="SlipwayException">NotFound: the blob or the parent is missing; Corrupt: another digest, or a broken or hostile
    /// archive; Exhausted: a limit or the disk.</exception>
    public LayerInfo Unpack(Digest? parentChainId, Descriptor blob, Digest diffId, CancellationToken cancellation = default)
    {
        Digest chainId = ChainIdOf(parentChainId, diffId);
        _leases.HoldLayer(chainId);
        if (Find(chainId) is { } present)
            return present;
        // Before the work, not after it: a parent that is missing.
        _ = StackOf(parentChainId);
        using var unpacking = new LayerUnpacking(_paths, new LayerSource(blob, diffId));
        unpacking.Place(_blobs, null, cancellation);
        return Finish(unpacking, chainId, parentChainId, cancellation);
    }

    /// <summary>Unpacks an image's layers, lowest first, several at a time; what is unpacked already is left as it is.</summary>
    /// <returns>All of them, in the same order.</returns>
    /// <exception cref="SlipwayException">As <see cref="Unpack"/>; the layers below the one that failed may have been unpacked.</exception>
    public IReadOnlyList<LayerInfo> UnpackAll(IReadOnlyList<LayerSource> layers, CancellationToken cancellation = default)
    {
        using var batch = new UnpackBatch(_paths, _blobs, cancellation);
        var done = new LayerInfo[layers.Count];
        var chain = new Digest[layers.Count];
        for (int i = 0; i < layers.Count; i++)
        {
            chain[i] = ChainIdOf(i == 0 ? null : chain[i - 1], layers[i].DiffId);
            _leases.HoldLayer(chain[i]);
            if (Find(chain[i]) is { } present)
                done[i] = present;
            else
                batch.Start(i, layers[i]);
        }
        for (int i = 0; i < layers.Count; i++)
        {
            if (done[i] is null)
            {
                using LayerUnpacking placed = batch.Wait(i);
                done[i] = Finish(placed, chain[i], i == 0 ? null : chain[i - 1], cancellation);
            }
        }
        return done;
    }

    private LayerInfo Finish(LayerUnpacking unpacking, Digest chainId, Digest? parentChainId, CancellationToken cancellation)
    {
        using var below = MergedDirectory.Open(StackOf(parentChainId));
        return Seal(unpacking.Staging, unpacking.Finish(chainId, parentChainId, below, cancellation));
    }
}
