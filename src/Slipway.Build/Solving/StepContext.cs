using Slipway.Build.Cache;
using Slipway.Build.Fetching;
using Slipway.Build.Graph;
using Slipway.Store.Leases;

namespace Slipway.Build.Solving;

/// <summary>What the executors of steps share. One a build.</summary>
internal sealed record StepContext : MountContext
{
    public required IStepRunner Runner { get; init; }

    public required IFetcher Fetcher { get; init; }

    /// <summary>Keeps what is used and made until an image refers to it.</summary>
    public required Lease Lease { get; init; }

    /// <summary>What was made before.</summary>
    public required StepCache Cache { get; init; }

    /// <summary>What every key has, whatever the step: the chain below, and the time that the new layer is clamped to.</summary>
    /// <param name="below">What the step stands on; null where it doesn't look at that.</param>
    public Ingredients KeyOn(StepResult? below)
    {
        // The version counts changes of how steps are made: a step of an older Slipway is then no candidate.
        return new Ingredients().Add("version", "5").Add("parent", below is null ? "any" : below.Chain?.ToString() ?? "").Add("epoch", Epoch.ToUnixTimeSeconds().ToString());
    }
}
