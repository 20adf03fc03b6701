using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Checking;

namespace Slipway.Store.Layers;

public sealed partial class LayerStore
{
    /// <summary>What differs between the trees of two layers: how the second is not what the first is.</summary>
    /// <exception cref="Linux.LinuxException">ENOENT: one of them is not there.</exception>
    public IReadOnlyList<TreeDifference> Compare(Digest first, Digest second, CancellationToken cancellation = default)
    {
        using DirFd expected = DirFd.Open(PathOf(first)), actual = DirFd.Open(PathOf(second));
        return TreeComparer.Compare(expected, actual, cancellation);
    }
}
