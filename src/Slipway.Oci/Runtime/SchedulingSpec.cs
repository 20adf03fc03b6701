namespace Slipway.Oci.Runtime;

/// <summary>How the kernel schedules the process (config.md#linux-process, <c>scheduler</c>; sched_setattr(2)).</summary>
public sealed record SchedulerSpec
{
    /// <summary><c>SCHED_OTHER</c>, <c>SCHED_FIFO</c>, <c>SCHED_RR</c>, <c>SCHED_BATCH</c>, <c>SCHED_ISO</c>, <c>SCHED_IDLE</c>, <c>SCHED_DEADLINE</c>.</summary>
    public required string Policy { get; init; }

    /// <summary>-20 to 19; for <c>SCHED_OTHER</c> and <c>SCHED_BATCH</c>.</summary>
    public int? Nice { get; init; }

    /// <summary>1 to 99; for <c>SCHED_FIFO</c> and <c>SCHED_RR</c>.</summary>
    public int? Priority { get; init; }

    /// <summary><c>SCHED_FLAG_RESET_ON_FORK</c> and so on.</summary>
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>Nanoseconds; for <c>SCHED_DEADLINE</c>, as the next two are.</summary>
    public ulong? Runtime { get; init; }

    /// <inheritdoc cref="Runtime"/>
    public ulong? Deadline { get; init; }

    /// <inheritdoc cref="Runtime"/>
    public ulong? Period { get; init; }
}

/// <summary>Priority at the disks (config.md#linux-process, <c>ioPriority</c>; ioprio_set(2)).</summary>
public sealed record IoPrioritySpec
{
    /// <summary><c>IOPRIO_CLASS_RT</c>, <c>IOPRIO_CLASS_BE</c> or <c>IOPRIO_CLASS_IDLE</c>.</summary>
    public required string Class { get; init; }

    /// <summary>0 (first) to 7; null is 0.</summary>
    public int? Priority { get; init; }
}

/// <summary>Processors of an exec, as a list of cpuset(7): <c>0-3,7</c> (config.md#linux-process, <c>execCPUAffinity</c>).</summary>
public sealed record CpuAffinitySpec
{
    /// <summary>While the runtime joins the container's cgroup.</summary>
    public string? Initial { get; init; }

    /// <summary>From then on.</summary>
    public string? Final { get; init; }
}
