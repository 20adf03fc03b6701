using Slipway.Linux;
using Slipway.Runtime.Cgroups;

namespace Slipway.Runtime.Monitoring;

/// <summary>Starts the process that a monitor looks after: in a new container, inside a running one, or (in tests) on the host.</summary>
internal interface IContainerStarter
{
    /// <summary>Whether the process gets a terminal of its own instead of pipes.</summary>
    bool Terminal { get; }

    /// <summary>Who the process runs as: the pipes are given to him, so that he may open /dev/stdout.</summary>
    (uint Uid, uint Gid) Owner { get; }

    /// <summary>Starts it; returns once its program was executed.</summary>
    /// <param name="stdio">Its standard descriptors; null for a terminal.</param>
    IStartedContainer Start(ChildStdio? stdio);
}

/// <summary>The process's ends of its standard streams.</summary>
internal sealed record ChildStdio(SafeFd Input, SafeFd Output, SafeFd Errors);

/// <summary>What was started. The monitor is its parent and reaps it by <see cref="PidFd"/>.</summary>
internal interface IStartedContainer : IDisposable
{
    int Pid { get; }

    SafeFd PidFd { get; }

    /// <summary>The terminal's master; null without one.</summary>
    SafeFd? PtyMaster { get; }

    /// <summary>Its cgroup directories, one a hierarchy.</summary>
    IReadOnlyList<string> CgroupPaths { get; }

    /// <summary>After the process has ended: kills what it left behind in its cgroup and removes that. How it went with its memory.</summary>
    MemoryOutcome CleanUp();
}
