namespace Slipway.Oci.Runtime;

/// <summary>config-linux.md.</summary>
public sealed record LinuxSpec
{
    public IReadOnlyList<NamespaceSpec>? Namespaces { get; init; }
    public IReadOnlyList<IdMapping>? UidMappings { get; init; }
    public IReadOnlyList<IdMapping>? GidMappings { get; init; }

    /// <summary>By clock: <c>monotonic</c>, <c>boottime</c> (time_namespaces(7)).</summary>
    public IReadOnlyDictionary<string, TimeOffset>? TimeOffsets { get; init; }
    public IReadOnlyList<DeviceSpec>? Devices { get; init; }

    /// <summary>Interfaces of the host that move into the container, by their name on the host (1.3).</summary>
    public IReadOnlyDictionary<string, NetDeviceSpec>? NetDevices { get; init; }

    /// <summary>Absolute is below the hierarchies' roots; relative is the runtime's choice.</summary>
    public string? CgroupsPath { get; init; }
    public ResourcesSpec? Resources { get; init; }

    /// <summary><c>private</c>, <c>shared</c>, <c>slave</c> or <c>unbindable</c>.</summary>
    public string? RootfsPropagation { get; init; }
    public SeccompSpec? Seccomp { get; init; }
    public IReadOnlyDictionary<string, string>? Sysctl { get; init; }
    public IReadOnlyList<string>? MaskedPaths { get; init; }
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }

    /// <summary>SELinux context of the container's mounts.</summary>
    public string? MountLabel { get; init; }
    public PersonalitySpec? Personality { get; init; }
    public IntelRdtSpec? IntelRdt { get; init; }

    /// <summary>NUMA policy of the process (1.3).</summary>
    public MemoryPolicySpec? MemoryPolicy { get; init; }
}

/// <summary>A namespace to make (<see cref="Path"/> null) or to join: pid, network, mount, ipc, uts, user, cgroup, time.</summary>
public sealed record NamespaceSpec
{
    public required string Type { get; init; }
    public string? Path { get; init; }
}

/// <summary>What a clock of a time namespace is ahead of the host's; null is 0.</summary>
public sealed record TimeOffset
{
    public long? Secs { get; init; }

    /// <summary>Below 1,000,000,000.</summary>
    public uint? Nanosecs { get; init; }
}

/// <summary>A device node to make: type c, b, u or p.</summary>
public sealed record DeviceSpec
{
    public required string Path { get; init; }
    public required string Type { get; init; }

    /// <summary>Not for type p.</summary>
    public long? Major { get; init; }

    /// <inheritdoc cref="Major"/>
    public long? Minor { get; init; }
    public uint? FileMode { get; init; }
    public uint? Uid { get; init; }
    public uint? Gid { get; init; }
}

/// <summary>An interface that moves into the container.</summary>
public sealed record NetDeviceSpec
{
    /// <summary>Its name there; null keeps the host's.</summary>
    public string? Name { get; init; }
}
