using Slipway.Linux;
using Slipway.Runtime.Cgroups;

namespace Slipway.Runtime.Process;

/// <summary>A process that has been started and is this process' child: whoever holds this must wait for it. Disposing closes the handles only.</summary>
public sealed class StartedProcess : IDisposable
{
    internal StartedProcess(int pid, SafeFd pidFd, SafeFd? ptyMaster, Cgroup cgroup)
    {
        Pid = pid;
        PidFd = pidFd;
        PtyMaster = ptyMaster;
        Cgroup = cgroup;
    }

    /// <summary>Its id as this process sees it.</summary>
    public int Pid { get; }

    /// <summary>Becomes readable when the process has ended (pidfd_open(2)).</summary>
    public SafeFd PidFd { get; private set; }

    /// <summary>The outer end of its terminal; null without one.</summary>
    public SafeFd? PtyMaster { get; private set; }

    /// <summary>Where its resources are bounded and counted. Not removed by <see cref="Dispose"/>.</summary>
    public Cgroup Cgroup { get; }

    /// <summary>From now on the caller owns the process's descriptor.</summary>
    public SafeFd TakePidFd()
    {
        SafeFd taken = PidFd;
        PidFd = new SafeFd(-1);
        return taken;
    }

    /// <summary>From now on the caller owns the outer end of its terminal; null without one.</summary>
    public SafeFd? TakePtyMaster()
    {
        SafeFd? taken = PtyMaster;
        PtyMaster = null;
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        PidFd.Dispose();
        PtyMaster?.Dispose();
    }
}
