using Slipway.Build.Graph;
using Slipway.Build.Solving.Mounts;
using Slipway.Linux.Files;

namespace Slipway.Build.Solving;

/// <summary>
/// Where a RUN runs: its file system with its mounts ready and the places for them made. When disposed, the places are gone again, however the
/// process ended: a step that failed may be looked at.
/// </summary>
internal sealed class MountedStep : IDisposable
{
    private readonly StepWorkspace _workspace;
    private readonly MountPoints _points;

    private MountedStep(StepWorkspace workspace, StepMounts mounts, MountPoints points, RunStep step) => (_workspace, Mounts, _points, Step) = (workspace, mounts, points, step);

    /// <summary>What runs there.</summary>
    public RunStep Step { get; }

    /// <summary>Its mounts; they can be kept when this is disposed.</summary>
    public StepMounts Mounts { get; }

    /// <summary>Makes it ready. Waits for locked caches.</summary>
    public static MountedStep Open(RunOperation operation, RunSources sources, MountContext context, StepWorkspace workspace, CancellationToken ct)
    {
        StepMounts mounts = StepMounts.Open(operation, sources, context, ct);
        try
        {
            using StageRoot stage = workspace.Open();
            return new(workspace, mounts, MountPoints.Make(stage, mounts.All), StepOf(operation, mounts, workspace, context.IsTrial));
        }
        catch
        {
            mounts.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        using (Mounts)
        using (DirFd upper = DirFd.Open(_workspace.Upper))
            _points.Remove(upper);
    }

    private static RunStep StepOf(RunOperation operation, StepMounts mounts, StepWorkspace workspace, bool isTrial) => new()
    {
        Args = operation.Args,
        Env = [.. operation.Env, .. operation.UnkeyedEnv, .. mounts.Variables],
        WorkingDirectory = operation.WorkingDirectory,
        User = operation.User,
        LowersTopFirst = workspace.LowersTopFirst,
        Upper = workspace.Upper,
        Work = workspace.Work,
        Network = operation.Network,
        Mounts = mounts.All,
        IsInsecure = operation.IsInsecure,
        Limits = isTrial ? operation.Limits with { Hostname = TrialConditions.Hostname } : operation.Limits,
        IsOnOneProcessor = isTrial,
        Platform = operation.Platform,
    };
}
