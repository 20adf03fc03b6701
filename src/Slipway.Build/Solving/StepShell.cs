using Slipway.Build.Cache;
using Slipway.Oci;
using Slipway.Store;
using Slipway.Store.Leases;

namespace Slipway.Build.Solving;

/// <summary>Opens a shell where a step of a build failed. What is done there is gone with the shell.</summary>
/// <param name="store">Has the layers.</param>
/// <param name="runner">Runs the shell.</param>
/// <param name="clock">Tells which steps are still kept.</param>
public sealed class StepShell(ImageStorage store, IStepRunner runner, TimeProvider clock)
{
    /// <summary>Runs a command there, with the caller's terminal and streams; returns its exit code.</summary>
    /// <param name="id">The failed step, or <see cref="FailedSteps.Last"/>.</param>
    /// <param name="before">The state before the step instead of the one that it left.</param>
    /// <param name="command">The command.</param>
    /// <exception cref="SlipwayException">NotFound: no such step.</exception>
    public int Enter(string id, bool before, IReadOnlyList<string> command)
    {
        using Lease lease = store.Leases.Acquire("enter");
        FailedStep step = new FailedSteps(store, clock).Get(id);
        Digest? chain = before ? step.Before : step.After ?? step.Before;
        if (chain is { } top)
            lease.AddLayer(top);
        using var directory = new BuildDirectory(store.Paths.Tmp);
        using StepWorkspace workspace = directory.NewWorkspace(store.Layers.StackOf(chain));
        return runner.Enter(new RunStep
        {
            Args = command,
            Env = step.Env,
            WorkingDirectory = step.WorkingDirectory,
            User = step.User,
            Network = step.Network,
            LowersTopFirst = workspace.LowersTopFirst,
            Upper = workspace.Upper,
            Work = workspace.Work,
            Mounts = [.. NameFileMount.Beside([])],
        });
    }
}
