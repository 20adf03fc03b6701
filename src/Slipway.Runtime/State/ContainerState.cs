namespace Slipway.Runtime.State;

/// <summary>
/// RUN/containers/ID/state.json: written by rename once the container's process runs, removed once the exit record is written. Where it is to be
/// started again, it stays meanwhile, with <see cref="RestartAt"/>.
/// A pid is an identity only together with its start time (clock ticks since boot).
/// </summary>
public sealed record ContainerState
{
    /// <summary>The container's full id.</summary>
    public required string Id { get; init; }

    /// <summary>The container's first process, as the host numbers it.</summary>
    public required int Pid { get; init; }

    /// <summary>Start time of <see cref="Pid"/>.</summary>
    public required ulong PidStartTime { get; init; }

    /// <summary>The monitor.</summary>
    public required int MonitorPid { get; init; }

    /// <summary>Start time of <see cref="MonitorPid"/>.</summary>
    public required ulong MonitorStartTime { get; init; }

    /// <summary>When the process was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Its cgroup directories, one a hierarchy.</summary>
    public required IReadOnlyList<string> CgroupPaths { get; init; }

    /// <summary>The process has ended, and this is when it is started again; null while it runs.</summary>
    public DateTimeOffset? RestartAt { get; init; }

    /// <summary>When memory ran out for a process of it, the last few times.</summary>
    public IReadOnlyList<DateTimeOffset> OutOfMemory { get; init; } = [];

    /// <summary>The monitor looks after its health: there is a file that says how it is.</summary>
    public bool HasHealth { get; init; }

    /// <summary>The monitor has done its part of the restart and ends.</summary>
    public bool HandedOver { get; init; }
}
