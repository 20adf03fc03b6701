using Slipway.Linux;
using Slipway.Linux.Processes;

namespace Slipway.Runtime.State;

/// <summary>What the files of a container and the kernel say about it, from outside its monitor.</summary>
public static class ContainerProbe
{
    /// <summary>The state that the monitor wrote; null when none is there: never started, or ended in order.</summary>
    /// <param name="runDir">RUN/containers/ID.</param>
    public static ContainerState? ReadState(string runDir) => RunFiles.ReadState(runDir);

    /// <summary>How the last run ended; null when it has not, or when its monitor was killed before it could tell.</summary>
    /// <param name="exitPath">DATA/containers/ID/exit.json.</param>
    public static ExitRecord? ReadExit(string exitPath) => RunFiles.ReadExit(exitPath);

    /// <summary>Whether the container's own process runs.</summary>
    public static bool IsAlive(ContainerState state) => ProcessStat.StartTime(state.Pid) == state.PidStartTime;

    /// <summary>Whether its monitor runs. A state file with a dead monitor is a container whose end nobody recorded (exit code unknown, say 137).</summary>
    public static bool IsMonitorAlive(ContainerState state) => ProcessStat.StartTime(state.MonitorPid) == state.MonitorStartTime;

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
