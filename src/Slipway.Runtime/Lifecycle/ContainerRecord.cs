namespace Slipway.Runtime.Lifecycle;

/// <summary>ROOT/ID/state.json: what is known of a container beside its configuration. Whether it runs is asked of the kernel each time.</summary>
public sealed record ContainerRecord
{
    /// <summary>The bundle, absolute.</summary>
    public required string Bundle { get; init; }

    /// <summary>The root file system, absolute.</summary>
    public required string Rootfs { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The container's process, as the host numbers it.</summary>
    public required int Pid { get; init; }

    /// <summary>Its start in clock ticks since boot: with the number, an identity.</summary>
    public required ulong PidStartTime { get; init; }

    /// <summary>The container's cgroups.</summary>
    public required IReadOnlyList<string> CgroupPaths { get; init; }
}
