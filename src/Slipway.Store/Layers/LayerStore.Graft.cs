using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Store.Layers;

public sealed partial class LayerStore
{
    /// <summary>
    /// Puts a layer that was made on nothing onto another one. Its files get second names (hard links), which cost no blocks: layers never change,
    /// and a name that is the same in both can be seen once at most in a stack of layers.
    /// </summary>
    /// <param name="chainId">The layer; it hides nothing of what is below it but by name.</param>
    /// <param name="parentChainId">What it shall stand on; null: nothing, and then it is itself.</param>
    /// <param name="cancellation">Ends the work; nothing stays.</param>
    /// <exception cref="SlipwayException">NotFound: one of them is missing.</exception>
    public LayerInfo Graft(Digest chainId, Digest? parentChainId, CancellationToken cancellation = default)
    {
        LayerInfo layer = Get(chainId);
        if (parentChainId == layer.Parent)
            return layer;
        Digest grafted = ChainIdOf(parentChainId, layer.DiffId);
        _leases.HoldLayer(grafted);
        if (Find(grafted) is { } present)
            return present;
        _ = StackOf(parentChainId);
        using var staging = StagingDirectory.Create(_paths);
        staging.Directory.MakeDirectory("fs"u8);
        using (DirFd from = DirFd.Open(PathOf(chainId)), to = staging.Directory.OpenDirectory("fs"u8))
            TreeLinker.Link(from, to, cancellation);
        return Seal(staging, layer with { ChainId = grafted, Parent = parentChainId });
    }
}
