using Slipway.Build.Cache;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>What a step leaves: the layers that its file system consists of, lowest first, and the one among them that it made itself, or null.</summary>
internal sealed record StepResult(IReadOnlyList<BuiltLayer> Layers, BuiltLayer? Own)
{
    /// <summary>The name of the whole chain; null where there are no layers.</summary>
    public Digest? Chain => Layers.Count == 0 ? null : Layers[^1].ChainId;

    /// <summary>The result of a step on this one.</summary>
    public StepResult With(BuiltLayer? layer) => layer is null ? new(Layers, null) : new([.. Layers, layer], layer);
}
