using Slipway.Engine.Containers;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.State;

namespace Slipway.Engine.Builds;

/// <summary>
/// The directory of one RUN step while it runs, <c>RUN/builds/step-…</c>: config.json, state.json, attach.sock. Locked by the build, so that
/// the next <c>slip</c> sees whose build is dead.
/// </summary>
internal static class StepBundle
{
    private const int SigKill = 9;
    private static readonly TimeSpan s_endOfMonitor = TimeSpan.FromSeconds(5);

    public static LockedDirectory Create(ContainerPaths paths) => LockedDirectory.Create(paths.Builds, "step-");

    /// <summary>
    /// Ends the steps of dead builds and removes what they had in the run root. A step's monitor ends with its build on its own; this waits for
    /// it, and does what a monitor that was killed as well could not. What can't be removed now is left to the next.
    /// </summary>
    /// <returns>Whether a dead build had a network: then its address is to be given up.</returns>
    public static bool SweepDead(ContainerPaths paths)
    {
        bool hadNetwork = false;
        if (!Directory.Exists(paths.Builds))
            return hadNetwork;
        using DirFd builds = DirFd.Open(paths.Builds);
        foreach (DirEntry entry in builds.List())
        {
            try
            {
                using LockedDirectory? dead = LockedDirectory.TakeOver(paths.Builds, entry.Name);
                if (dead is null)
                    continue;
                if (ContainerProbe.ReadState(dead.Path) is { } state)
                    End(state);
                else if (ReadCgroupsPath(dead.Path) is { } cgroups)
                    Cgroup.OpenAt(cgroups).KillAndRemove();
                hadNetwork |= Path.GetFileName(dead.Path).StartsWith(StepNetwork.Prefix, StringComparison.Ordinal);
            }
            catch (Exception e) when (e is IOException or SlipwayException)
            {
            }
        }
        return hadNetwork;
    }

    // Of a step whose monitor was killed before it could say where it runs: where it was to run.
    private static string? ReadCgroupsPath(string bundle)
    {
        string config = Path.Combine(bundle, "config.json");
        return File.Exists(config) ? RuntimeSpecJson.Read(File.ReadAllBytes(config), config).Linux?.CgroupsPath : null;
    }

    /// <summary>Ends a step whose build or monitor is gone, and removes its cgroup.</summary>
    public static void End(ContainerState state)
    {
        ContainerProbe.Signal(state, SigKill);
        MonitorWait.Until(state, s_endOfMonitor);
        Cgroup.Open(state.CgroupPaths).KillAndRemove();
    }
}
