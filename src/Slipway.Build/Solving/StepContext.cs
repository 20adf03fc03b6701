using Slipway.Build.Cache;
using Slipway.Build.Context;
using Slipway.Build.Fetching;
using Slipway.Build.Graph;
using Slipway.Build.Solving.Mounts;
using Slipway.Linux.Files;
using Slipway.Store;
using Slipway.Store.Leases;
using Slipway.Store.Snapshots;

namespace Slipway.Build.Solving;

/// <summary>What the executors of steps share. One a build.</summary>
internal sealed record StepContext
{
    public required ImageStorage Store { get; init; }

    public required ContextTrees Contexts { get; init; }

    public required IStepRunner Runner { get; init; }

    public required IFetcher Fetcher { get; init; }

    public required BuildDirectory Directory { get; init; }

    /// <summary>Keeps what is used and made until an image refers to it.</summary>
    public required Lease Lease { get; init; }

    /// <summary>What read-only mounts show of contexts.</summary>
    public required ContextCopies Copies { get; init; }

    /// <summary>What was made before.</summary>
    public required StepCache Cache { get; init; }

    /// <summary>What every time is clamped to.</summary>
    public required DateTimeOffset Epoch { get; init; }

    /// <summary>Measures steps.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Whether the build is one to be compared: see <see cref="TrialConditions"/>.</summary>
    public bool IsTrial { get; init; }

    /// <summary>What the caller lends to steps.</summary>
    public required LentSecrets Secrets { get; init; }

    /// <summary>The directories of a result's layers, the topmost first.</summary>
    public IReadOnlyList<string> Lowers(StepResult result) => [.. result.Layers.Reverse().Select(layer => Store.Layers.PathOf(layer.ChainId))];

    /// <summary>A result's files, to be read.</summary>
    public SourceTree Open(StepResult result, string name) => SourceTree.OfStep(OpenRoot(result), name);

    /// <summary>The root of a result's file system, to be read.</summary>
    public DirFd OpenRoot(StepResult result)
    {
        // The empty directory makes two of one layer, and nothing of none.
        IReadOnlyList<string> lowers = [.. Lowers(result), Directory.Empty];
        if (lowers.Count == 1)
            return DirFd.Open(lowers[0]);
        using var mount = new DirFd(OverlayMount.OpenDetached(lowers, null, null));
        return mount.Reopen();
    }

    /// <summary>What every key has, whatever the step: the chain below, and the time that the new layer is clamped to.</summary>
    /// <param name="below">What the step stands on; null where it doesn't look at that.</param>
    public Ingredients KeyOn(StepResult? below)
    {
        // The version counts changes of how steps are made: a step of an older Slipway is then no candidate.
        return new Ingredients().Add("version", "5").Add("parent", below is null ? "any" : below.Chain?.ToString() ?? "").Add("epoch", Epoch.ToUnixTimeSeconds().ToString());
    }
}
