using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Runtime.State;

namespace Slipway.Engine;

/// <summary>Waits for a monitor, which ends last: when it is gone the exit record is written and the cgroups are removed.</summary>
internal static class MonitorWait
{
    /// <summary>True once it has ended; false after the timeout.</summary>
    public static bool Until(ContainerState state, TimeSpan timeout)
    {
        using SafeFd? monitor = ContainerProbe.OpenMonitor(state);
        if (monitor is null)
            return true;
        int milliseconds = timeout == Timeout.InfiniteTimeSpan ? Timeout.Infinite : (int)timeout.TotalMilliseconds;
        return Poller.Wait([new PollEntry(monitor.Number, PollEvents.Readable)], milliseconds) > 0;
    }
}
