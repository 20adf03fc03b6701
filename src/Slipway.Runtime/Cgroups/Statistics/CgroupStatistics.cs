namespace Slipway.Runtime.Cgroups.Statistics;

/// <summary>What a container has used, as far as its cgroups count it.</summary>
public sealed record CgroupStatistics
{
    /// <summary>Processor time.</summary>
    public required CpuStatistics Cpu { get; init; }

    /// <summary>Where it may run; null where nothing says.</summary>
    public CpusetStatistics? Cpuset { get; init; }

    /// <summary>Memory; null where it isn't counted.</summary>
    public MemoryStatistics? Memory { get; init; }

    /// <summary>Processes and threads; null where they aren't counted.</summary>
    public PidsStatistics? Pids { get; init; }

    /// <summary>Disks, an entry for each device and kind of operation.</summary>
    public required BlockIOStatistics BlockIO { get; init; }

    /// <summary>Huge pages by their size: <c>2MB</c>.</summary>
    public required IReadOnlyDictionary<string, UsageStatistics> Hugepages { get; init; }
}

/// <summary>Processor time, in nanoseconds.</summary>
public sealed record CpuStatistics
{
    /// <summary>All of it.</summary>
    public ulong Total { get; init; }

    /// <summary>In the kernel.</summary>
    public ulong Kernel { get; init; }

    /// <summary>In the programs themselves.</summary>
    public ulong User { get; init; }

    /// <summary>By processor; empty on v2, which doesn't tell.</summary>
    public IReadOnlyList<ulong> PerCpu { get; init; } = [];

    /// <summary>How many periods of the quota have passed.</summary>
    public ulong Periods { get; init; }

    /// <summary>In how many the quota ran out.</summary>
    public ulong ThrottledPeriods { get; init; }

    /// <summary>How long processes waited for the next period, in nanoseconds.</summary>
    public ulong ThrottledTime { get; init; }
}

/// <summary>An amount in use, in bytes.</summary>
public sealed record UsageStatistics
{
    /// <summary>Now.</summary>
    public ulong Usage { get; init; }

    /// <summary>The most there ever was; 0 where the kernel doesn't tell.</summary>
    public ulong Max { get; init; }

    /// <summary>How often the limit was met.</summary>
    public ulong FailCount { get; init; }

    /// <summary><see cref="ulong.MaxValue"/> is without limit.</summary>
    public ulong Limit { get; init; }
}

/// <summary>Memory, in bytes.</summary>
public sealed record MemoryStatistics
{
    /// <summary>Pages of files.</summary>
    public ulong Cache { get; init; }

    /// <summary>All memory.</summary>
    public required UsageStatistics Usage { get; init; }

    /// <summary>v1: memory and swap together. v2: the swap.</summary>
    public required UsageStatistics Swap { get; init; }

    /// <summary>The kernel's part; zero on v2, where it is in <see cref="Raw"/>.</summary>
    public required UsageStatistics Kernel { get; init; }

    /// <summary>The kernel's network buffers; likewise.</summary>
    public required UsageStatistics KernelTcp { get; init; }

    /// <summary>The kernel's own figures (memory.stat).</summary>
    public required IReadOnlyDictionary<string, ulong> Raw { get; init; }
}

/// <summary>Processes and threads.</summary>
public sealed record PidsStatistics
{
    /// <summary>How many there are.</summary>
    public ulong Current { get; init; }

    /// <summary>0 is without limit.</summary>
    public ulong Limit { get; init; }
}

/// <summary>What went to and from disks since the group was made.</summary>
public sealed record BlockIOStatistics
{
    /// <summary>Bytes.</summary>
    public IReadOnlyList<BlockIOEntry> ServiceBytes { get; init; } = [];

    /// <summary>Operations.</summary>
    public IReadOnlyList<BlockIOEntry> Serviced { get; init; } = [];
}

/// <summary>One device and one kind of operation.</summary>
/// <param name="Major">Of the device.</param>
/// <param name="Minor">Of the device.</param>
/// <param name="Operation"><c>Read</c>, <c>Write</c>, <c>Discard</c> …, as the v1 files spell them.</param>
/// <param name="Value">Bytes or operations.</param>
public sealed record BlockIOEntry(ulong Major, ulong Minor, string Operation, ulong Value);
