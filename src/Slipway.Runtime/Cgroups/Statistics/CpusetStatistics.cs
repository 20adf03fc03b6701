namespace Slipway.Runtime.Cgroups.Statistics;

/// <summary>Processors and memory nodes of a container, and the switches of v1 (cgroup-v1/cpusets.rst), which are 0 on v2.</summary>
public sealed record CpusetStatistics
{
    /// <summary>Processors by number; empty on v2 is all of the group above.</summary>
    public required IReadOnlyList<uint> Cpus { get; init; }

    /// <summary>Memory nodes by number; likewise.</summary>
    public required IReadOnlyList<uint> Mems { get; init; }

    /// <summary>1: no other group shares its processors.</summary>
    public ulong CpuExclusive { get; init; }

    /// <summary>1: no other group shares its memory nodes.</summary>
    public ulong MemExclusive { get; init; }

    /// <summary>1: the kernel's own memory stays on these nodes too.</summary>
    public ulong MemHardwall { get; init; }

    /// <summary>1: pages follow when the nodes change.</summary>
    public ulong MemoryMigrate { get; init; }

    /// <summary>How fast memory is reclaimed.</summary>
    public ulong MemoryPressure { get; init; }

    /// <summary>1: pages of files are spread over the nodes.</summary>
    public ulong MemorySpreadPage { get; init; }

    /// <summary>1: the kernel's caches are spread over the nodes.</summary>
    public ulong MemorySpreadSlab { get; init; }

    /// <summary>1: the scheduler balances load within these processors.</summary>
    public ulong SchedLoadBalance { get; init; }

    /// <summary>How far it looks for idle ones; -1 is the system's way.</summary>
    public long SchedRelaxDomainLevel { get; init; }
}
