namespace Slipway.Oci.Runtime;

/// <summary>The process to start (config.md#process).</summary>
public sealed record ProcessSpec
{
    public bool? Terminal { get; init; }

    /// <summary>Ignored without a terminal.</summary>
    public ConsoleSize? ConsoleSize { get; init; }

    /// <summary>Absolute path inside the container.</summary>
    public required string Cwd { get; init; }
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>The program and its arguments; empty where the document has none.</summary>
    public required IReadOnlyList<string> Args { get; init; }
    public required UserSpec User { get; init; }
    public CapabilitiesSpec? Capabilities { get; init; }
    public IReadOnlyList<RlimitSpec>? Rlimits { get; init; }
    public bool? NoNewPrivileges { get; init; }
    public string? ApparmorProfile { get; init; }
    public string? SelinuxLabel { get; init; }

    /// <summary>-1000 to 1000 (proc_pid_oom_score_adj(5)).</summary>
    public int? OomScoreAdj { get; init; }
    public SchedulerSpec? Scheduler { get; init; }
    public IoPrioritySpec? IOPriority { get; init; }
    public CpuAffinitySpec? ExecCpuAffinity { get; init; }
}

/// <summary>Size of a terminal in characters.</summary>
public sealed record ConsoleSize
{
    public required ushort Height { get; init; }
    public required ushort Width { get; init; }
}

/// <summary>Numeric identity of a process.</summary>
public sealed record UserSpec
{
    public required uint Uid { get; init; }
    public required uint Gid { get; init; }
    public uint? Umask { get; init; }
    public IReadOnlyList<uint>? AdditionalGids { get; init; }
}

/// <summary>The five capability sets, names as in capabilities(7): <c>CAP_CHOWN</c>.</summary>
public sealed record CapabilitiesSpec
{
    public IReadOnlyList<string>? Bounding { get; init; }
    public IReadOnlyList<string>? Effective { get; init; }
    public IReadOnlyList<string>? Inheritable { get; init; }
    public IReadOnlyList<string>? Permitted { get; init; }
    public IReadOnlyList<string>? Ambient { get; init; }
}

/// <summary>One resource limit, <c>RLIMIT_NOFILE</c> and so on (getrlimit(2)).</summary>
public sealed record RlimitSpec
{
    public required string Type { get; init; }
    public required ulong Soft { get; init; }
    public required ulong Hard { get; init; }
}
