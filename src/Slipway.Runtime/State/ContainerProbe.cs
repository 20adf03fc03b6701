using Slipway.Linux;
using Slipway.Linux.Processes;

namespace Slipway.Runtime.State;

/// <summary>What the files of a container and the kernel say about it, from outside its monitor.</summary>
public static class ContainerProbe
{
    private const int SigKill = 9;

    /// <summary>The state that the monitor wrote; null when none is there: never started, or ended in order.</summary>
    /// <param name="runDir">RUN/containers/ID.</param>
    public static ContainerState? ReadState(string runDir) => RunFiles.ReadState(runDir);

    /// <summary>How the last run ended; null when it has not, or when its monitor was killed before it could tell.</summary>
    /// <param name="exitPath">DATA/containers/ID/exit.json.</param>
    public static ExitRecord? ReadExit(string exitPath) => RunFiles.ReadExit(exitPath);

    /// <summary>Whether the container's own process has ended, or is about to.</summary>
    public static bool IsEnding(ContainerState state) => !IsAlive(state) || ProcessStat.IsEnding(state.Pid);

    /// <summary>Whether the container's own process runs.</summary>
    public static bool IsAlive(ContainerState state) => ProcessStat.StartTime(state.Pid) == state.PidStartTime;

    /// <summary>Whether its monitor runs. A state file with a dead monitor is a container whose end nobody recorded (exit code unknown, say 137).</summary>
    public static bool IsMonitorAlive(ContainerState state) => !state.HandedOver && ProcessStat.StartTime(state.MonitorPid) == state.MonitorStartTime;

    /// <summary>
    /// Tells the monitor that somebody stops the container: whatever its policy, it isn't started again. To be said before the signal. A monitor
    /// that waits already doesn't see it.
    /// </summary>
    /// <param name="runDir">RUN/containers/ID.</param>
    public static void SayStopped(string runDir) => File.WriteAllBytes(Path.Combine(runDir, RunFiles.StoppedName), []);

    /// <summary>Whether that was said of this run.</summary>
    public static bool IsSaidStopped(string runDir) => File.Exists(Path.Combine(runDir, RunFiles.StoppedName));

    /// <summary>Takes that back, before a start.</summary>
    public static void UnsayStopped(string runDir) => File.Delete(Path.Combine(runDir, RunFiles.StoppedName));

    /// <summary>Kills a monitor that only waits to start its container again.</summary>
    public static void KillWaiting(ContainerState state)
    {
        using SafeFd? monitor = OpenMonitor(state);
        if (monitor is not null)
            PidFd.Signal(monitor, SigKill);
    }

    /// <summary>Sends a signal to the container's process; false when it has ended.</summary>
    public static bool Signal(ContainerState state, int signal)
    {
        using SafeFd? process = Open(state.Pid, state.PidStartTime);
        return process is not null && PidFd.Signal(process, signal);
    }

    /// <summary>
    /// The container's process as a descriptor that poll(2) finds readable once it has ended; null when it has already.
    /// </summary>
    public static SafeFd? OpenProcess(ContainerState state) => Open(state.Pid, state.PidStartTime);

    /// <summary>The monitor in the same form: when it has ended, exit.json is there and everything of the run is cleaned up.</summary>
    public static SafeFd? OpenMonitor(ContainerState state) => Open(state.MonitorPid, state.MonitorStartTime);

    // The start time is read after the descriptor is open: from then on the number belongs to the process that the descriptor holds.
    private static SafeFd? Open(int pid, ulong startTime)
    {
        SafeFd? process = PidFd.TryOpen(pid);
        if (process is not null && ProcessStat.StartTime(pid) != startTime)
        {
            process.Dispose();
            return null;
        }
        return process;
    }
}
