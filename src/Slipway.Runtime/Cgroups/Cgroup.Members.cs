using Slipway.Linux;
using Slipway.Linux.Processes;

namespace Slipway.Runtime.Cgroups;

/// <content>The processes in it.</content>
public sealed partial class Cgroup
{
    /// <summary>Ids of all processes in it and below, as this process sees them, without order.</summary>
    public IReadOnlyList<int> Processes() => Paths.Count == 0 ? [] : [.. Members(Paths[0]).Distinct()];

    /// <summary>Sends a signal to all processes in it. One that has ended meanwhile is no error.</summary>
    public void Signal(int signal)
    {
        foreach (int pid in Processes())
        {
            using SafeFd? process = PidFd.TryOpen(pid);
            if (process is not null)
                PidFd.Signal(process, signal);
        }
    }
}
