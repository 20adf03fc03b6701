namespace Slipway.Oci.Runtime;

/// <summary>The execution domain (config-linux.md#personality; personality(2)).</summary>
public sealed record PersonalitySpec
{
    /// <summary><c>LINUX</c> or <c>LINUX32</c>.</summary>
    public required string Domain { get; init; }

    /// <summary>The specification defines none yet.</summary>
    public IReadOnlyList<string>? Flags { get; init; }
}

/// <summary>Cache and memory bandwidth of a resctrl group (config-linux.md#intelrdt).</summary>
public sealed record IntelRdtSpec
{
    public string? ClosId { get; init; }

    /// <summary>Lines of the group's schemata file (1.3).</summary>
    public IReadOnlyList<string>? Schemata { get; init; }
    public string? L3CacheSchema { get; init; }
    public string? MemBwSchema { get; init; }

    /// <summary>A monitoring group of its own (1.3).</summary>
    public bool? EnableMonitoring { get; init; }
}

/// <summary>Where memory is taken from on a machine with several nodes (config-linux.md#memory-policy; set_mempolicy(2)).</summary>
public sealed record MemoryPolicySpec
{
    /// <summary><c>MPOL_DEFAULT</c>, <c>MPOL_BIND</c>, <c>MPOL_INTERLEAVE</c> and so on.</summary>
    public required string Mode { get; init; }

    /// <summary>A list of nodes, <c>0-3,7</c>.</summary>
    public string? Nodes { get; init; }

    /// <summary><c>MPOL_F_STATIC_NODES</c> and so on.</summary>
    public IReadOnlyList<string>? Flags { get; init; }
}
