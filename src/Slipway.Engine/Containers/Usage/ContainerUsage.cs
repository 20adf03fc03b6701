using Slipway.Runtime.Cgroups.Statistics;

namespace Slipway.Engine.Containers.Usage;

/// <summary>What a container uses at one moment; all zero where it doesn't run.</summary>
public sealed record ContainerUsage
{
    /// <summary>Whose.</summary>
    public required ContainerRecord Container { get; init; }

    /// <summary>Processor time since its start, in nanoseconds.</summary>
    public ulong CpuNanoseconds { get; init; }

    /// <summary>Processor time between the last two readings, in percent of one processor; 0 at the first.</summary>
    public double CpuPercent { get; init; }

    /// <summary>Bytes of memory, without pages of files that nobody has asked for lately: the kernel takes those back first.</summary>
    public ulong MemoryBytes { get; init; }

    /// <summary>How many it may have: its limit, or the host's memory.</summary>
    public ulong MemoryLimit { get; init; }

    /// <summary>What its cgroups count, in the kernel's own figures; null where it doesn't run.</summary>
    public CgroupStatistics? Counted { get; init; }

    /// <summary>Its network devices, since its start; none in the host's network.</summary>
    public IReadOnlyList<NetworkUsage> Networks { get; init; } = [];

    /// <summary>Bytes that came in by all of them.</summary>
    public ulong NetworkReceived => Networks.Aggregate(0UL, static (sum, device) => sum + device.Received.Bytes);

    /// <summary>Bytes that went out.</summary>
    public ulong NetworkSent => Networks.Aggregate(0UL, static (sum, device) => sum + device.Sent.Bytes);

    /// <summary>Bytes read from disks, since its start.</summary>
    public ulong DiskRead { get; init; }

    /// <summary>Bytes written to them.</summary>
    public ulong DiskWritten { get; init; }

    /// <summary>Processes and threads.</summary>
    public ulong Pids { get; init; }

    /// <summary>Memory in percent of <see cref="MemoryLimit"/>.</summary>
    public double MemoryPercent => MemoryLimit == 0 ? 0 : 100.0 * MemoryBytes / MemoryLimit;
}
