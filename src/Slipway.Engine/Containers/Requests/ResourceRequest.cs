namespace Slipway.Engine.Containers.Requests;

/// <summary>How much a container may use. Null is docker's default, mostly: without limit.</summary>
public sealed record ResourceRequest
{
    /// <summary>Memory limit in bytes, at least 6 MiB.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>What it keeps when the host's memory is short.</summary>
    public long? MemoryReservation { get; init; }

    /// <summary>Memory and swap together; null is twice the memory, -1 is without limit.</summary>
    public long? MemorySwap { get; init; }

    /// <summary>0 to 100; null is as the host has it.</summary>
    public long? MemorySwappiness { get; init; }

    /// <summary>At its limit its processes wait instead of being killed (cgroup v1).</summary>
    public bool OomKillDisable { get; init; }

    /// <summary>-1000 to 1000: how soon the kernel kills it when the host's memory is short.</summary>
    public int? OomScoreAdj { get; init; }

    /// <summary>Processors, in billionths: 1.5 processors is 1,500,000,000.</summary>
    public long? NanoCpus { get; init; }

    /// <summary>Its weight against others; 1024 is the usual one.</summary>
    public long? CpuShares { get; init; }

    /// <summary>Microseconds in which it may use <see cref="CpuQuota"/>.</summary>
    public long? CpuPeriod { get; init; }

    /// <summary>Microseconds of all processors together in a period.</summary>
    public long? CpuQuota { get; init; }

    /// <summary>As <see cref="CpuPeriod"/>, for real-time scheduling (cgroup v1).</summary>
    public long? CpuRealtimePeriod { get; init; }

    /// <summary>As <see cref="CpuQuota"/>, for real-time scheduling (cgroup v1).</summary>
    public long? CpuRealtimeRuntime { get; init; }

    /// <summary>Processors that it may use: <c>0-2,4</c>.</summary>
    public string? CpusetCpus { get; init; }

    /// <summary>Memory nodes that it may use.</summary>
    public string? CpusetMems { get; init; }

    /// <summary>Most processes and threads; null is the default of 2048, 0 and -1 are without limit.</summary>
    public long? PidsLimit { get; init; }

    /// <summary>10 to 1000: its weight at the disks.</summary>
    public long? BlkioWeight { get; init; }

    /// <summary>Its weight at single disks.</summary>
    public IReadOnlyList<DeviceRate> BlkioWeightDevices { get; init; } = [];

    /// <summary>Bytes a second that it may read.</summary>
    public IReadOnlyList<DeviceRate> DeviceReadBps { get; init; } = [];

    /// <summary>Bytes a second that it may write.</summary>
    public IReadOnlyList<DeviceRate> DeviceWriteBps { get; init; } = [];

    /// <summary>Operations a second that it may read by.</summary>
    public IReadOnlyList<DeviceRate> DeviceReadIops { get; init; } = [];

    /// <summary>Operations a second that it may write by.</summary>
    public IReadOnlyList<DeviceRate> DeviceWriteIops { get; init; } = [];

    /// <summary>Limits of each of its processes.</summary>
    public IReadOnlyList<Ulimit> Ulimits { get; init; } = [];

    /// <summary>Size of /dev/shm, in bytes, of containers that don't say: 64 MiB, as docker's.</summary>
    public const long UsualShmBytes = 64 << 20;

    /// <summary>Size of /dev/shm in bytes; null is <see cref="UsualShmBytes"/>.</summary>
    public long? ShmBytes { get; init; }

    /// <summary>Below which cgroup its own is made; null is slipway's.</summary>
    public string? CgroupParent { get; init; }

    /// <summary>
    /// It is in every hierarchy of cgroup v1, not only in those that limit it: the kernel then counts all that docker's clients ask for, at some 0.5 ms a start.
    /// </summary>
    public bool EveryController { get; init; }
}

/// <summary>A number for one disk of the host, by the path of its node.</summary>
/// <param name="Path">The host's node.</param>
/// <param name="Rate">A weight, bytes a second or operations a second.</param>
public sealed record DeviceRate(string Path, long Rate);

/// <summary>A limit of processes (getrlimit(2)).</summary>
/// <param name="Name">docker's name: <c>nofile</c>.</param>
/// <param name="Soft">What holds; -1 is without limit.</param>
/// <param name="Hard">How far a process may raise it; -1 is without limit.</param>
public sealed record Ulimit(string Name, long Soft, long Hard);
