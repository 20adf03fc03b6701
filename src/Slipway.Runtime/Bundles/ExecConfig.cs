using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Bundles;

/// <summary>A process to start inside a running container.</summary>
public sealed record ExecConfig
{
    /// <summary>The container's process, as state.json has it.</summary>
    public required int TargetPid { get; init; }

    /// <summary>Its start time in clock ticks since boot: a reused number is not the container.</summary>
    public required ulong TargetStartTime { get; init; }

    /// <summary>What to start, and as whom.</summary>
    public required ProcessSpec Process { get; init; }

    /// <summary>The container's ids, where they are not the host's.</summary>
    public OwnerMap? Owners { get; init; }

    /// <summary>The container's cgroups, as state.json has them.</summary>
    public required IReadOnlyList<string> CgroupPaths { get; init; }

    /// <summary>The container's system call filter; null starts without one.</summary>
    public SeccompSpec? Seccomp { get; init; }

    /// <inheritdoc cref="MonitorConfig.SeccompCacheDir"/>
    public string? SeccompCacheDir { get; init; }

    /// <summary>Gives the process a standard input that the attached client writes to. Otherwise it is /dev/null.</summary>
    public bool OpenStdin { get; init; }
}
