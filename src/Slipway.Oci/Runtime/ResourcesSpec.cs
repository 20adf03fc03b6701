namespace Slipway.Oci.Runtime;

/// <summary>Cgroup limits (config-linux.md#control-groups), in the units of the v1 files.</summary>
public sealed record ResourcesSpec
{
    /// <summary>Rules in order, the last that matches wins.</summary>
    public IReadOnlyList<DeviceRule>? Devices { get; init; }
    public MemorySpec? Memory { get; init; }
    public CpuSpec? Cpu { get; init; }
    public PidsSpec? Pids { get; init; }
    public BlockIOSpec? BlockIO { get; init; }
    public IReadOnlyList<HugepageLimit>? HugepageLimits { get; init; }
    public NetworkSpec? Network { get; init; }

    /// <summary>By the device's name.</summary>
    public IReadOnlyDictionary<string, RdmaSpec>? Rdma { get; init; }

    /// <summary>Files of cgroup v2 and what to write into them.</summary>
    public IReadOnlyDictionary<string, string>? Unified { get; init; }
}

/// <summary>Allows or denies devices; null numbers and types match all.</summary>
public sealed record DeviceRule
{
    public required bool Allow { get; init; }

    /// <summary><c>a</c> (all), <c>c</c> or <c>b</c>.</summary>
    public string? Type { get; init; }

    /// <summary>-1 matches all too, in practice.</summary>
    public long? Major { get; init; }

    /// <inheritdoc cref="Major"/>
    public long? Minor { get; init; }

    /// <summary>Of <c>r</c>, <c>w</c> and <c>m</c> (mknod).</summary>
    public string? Access { get; init; }
}

/// <summary>Bytes; -1 is without limit. <see cref="Swap"/> is memory and swap together.</summary>
public sealed record MemorySpec
{
    public long? Limit { get; init; }
    public long? Reservation { get; init; }
    public long? Swap { get; init; }

    /// <summary>Deprecated, and without effect on kernels of today.</summary>
    public long? Kernel { get; init; }

    /// <summary>Deprecated: the network buffers' part, on v1 only.</summary>
    public long? KernelTcp { get; init; }

    /// <summary>0 to 100.</summary>
    public ulong? Swappiness { get; init; }
    public bool? DisableOOMKiller { get; init; }
    public bool? UseHierarchy { get; init; }

    /// <summary>An update to less than what is in use is refused.</summary>
    public bool? CheckBeforeUpdate { get; init; }
}

/// <summary>Shares 2 to 262144; times in microseconds.</summary>
public sealed record CpuSpec
{
    public ulong? Shares { get; init; }

    /// <summary>-1 is without limit.</summary>
    public long? Quota { get; init; }
    public ulong? Burst { get; init; }
    public ulong? Period { get; init; }
    public long? RealtimeRuntime { get; init; }
    public ulong? RealtimePeriod { get; init; }
    public string? Cpus { get; init; }
    public string? Mems { get; init; }

    /// <summary>1 runs the group only when nothing else wants the processor, as SCHED_IDLE.</summary>
    public long? Idle { get; init; }
}

/// <summary>How many processes and threads; 0 or less is without limit.</summary>
public sealed record PidsSpec
{
    public required long Limit { get; init; }
}

/// <summary>Bytes of huge pages of one size.</summary>
public sealed record HugepageLimit
{
    /// <summary><c>2MB</c>, <c>1GB</c>.</summary>
    public required string PageSize { get; init; }
    public required ulong Limit { get; init; }
}

/// <summary>Marks of the container's packets (net_cls and net_prio of cgroup v1).</summary>
public sealed record NetworkSpec
{
    public uint? ClassId { get; init; }
    public IReadOnlyList<InterfacePriority>? Priorities { get; init; }
}

/// <summary>Priority of what leaves through an interface.</summary>
public sealed record InterfacePriority
{
    public required string Name { get; init; }
    public required uint Priority { get; init; }
}

/// <summary>How much of an RDMA device may be used; null is without limit.</summary>
public sealed record RdmaSpec
{
    public uint? HcaHandles { get; init; }
    public uint? HcaObjects { get; init; }
}
