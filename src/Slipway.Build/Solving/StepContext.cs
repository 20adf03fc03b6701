using Slipway.Build.Context;
using Slipway.Build.Graph;
using Slipway.Store;

namespace Slipway.Build.Solving;

/// <summary>What the executors of steps share: the store, the context, the runner. One a build.</summary>
internal sealed record StepContext(ImageStorage Store, SourceTree Context, IStepRunner Runner, BuildDirectory Directory, DateTimeOffset Epoch, TimeProvider Clock)
{
    /// <summary>The directories of a result's layers, the topmost first.</summary>
    public IReadOnlyList<string> Lowers(StepResult result) => [.. result.Layers.Reverse().Select(layer => Store.Layers.PathOf(layer.ChainId))];

    /// <summary>What every key has, whatever the step: the chain below, and the time that the new layer is clamped to.</summary>
    public Ingredients KeyOn(StepResult below)
    {
        // The version counts changes of how steps are made: a step of an older Slipway is then no candidate.
        return new Ingredients().Add("version", "1").Add("parent", below.Chain?.ToString() ?? "").Add("epoch", Epoch.ToUnixTimeSeconds().ToString());
    }
}
