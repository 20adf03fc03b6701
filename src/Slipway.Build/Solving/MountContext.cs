using Slipway.Build.Context;
using Slipway.Build.Solving.Mounts;
using Slipway.Linux.Files;
using Slipway.Store;
using Slipway.Store.Snapshots;

namespace Slipway.Build.Solving;

/// <summary>What a step's file system and mounts are made of: all that is needed to go there, also when its build is over.</summary>
internal record MountContext
{
    public required ImageStorage Store { get; init; }

    public required ContextTrees Contexts { get; init; }

    public required BuildDirectory Directory { get; init; }

    /// <summary>What mounts show of contexts.</summary>
    public required ContextCopies Copies { get; init; }

    /// <summary>What every time is clamped to.</summary>
    public required DateTimeOffset Epoch { get; init; }

    /// <summary>Measures steps.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>What the caller lends to steps.</summary>
    public required LentSecrets Secrets { get; init; }

    /// <summary>Whether the build is one to be compared: see <see cref="TrialConditions"/>.</summary>
    public bool IsTrial { get; init; }

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
}
