using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Process;

/// <summary>A further process in a running container.</summary>
public sealed record ExecOptions
{
    /// <summary>The container's first process, as this process sees its id.</summary>
    public required int TargetPid { get; init; }

    /// <summary>Its start time in clock ticks after boot (proc_pid_stat(5), field 22), so that a reused id is noticed.</summary>
    public required ulong TargetStartTime { get; init; }

    /// <summary>The process to start.</summary>
    public required ProcessSpec Process { get; init; }

    /// <summary>Who owns its terminal, by the host's ids; null: root.</summary>
    public (uint Uid, uint Gid)? TerminalOwner { get; init; }

    /// <summary>What is executed instead of the first of <see cref="Process"/>'s arguments: a path.</summary>
    public string? Program { get; init; }

    /// <summary>Standard streams; null: those of this process.</summary>
    public StdioFds? Stdio { get; init; }

    /// <summary>The container's cgroup directories (<c>Cgroup.Paths</c> of its start).</summary>
    public required IReadOnlyList<string> CgroupPaths { get; init; }

    /// <summary>The container's filter; null for none.</summary>
    public SeccompSpec? Seccomp { get; init; }

    /// <summary>Of the container's settings, the personality and the memory policy hold for this process too.</summary>
    public LinuxSpec? Linux { get; init; }

    /// <summary>What the agent of a notifying filter is told of the container; null: it can't have one.</summary>
    public OciState? State { get; init; }

    /// <summary>The container's root is not that of its mount namespace, which is the host's or another's: it is entered by itself.</summary>
    public bool EntersRoot { get; init; }

    /// <summary>Programs of the container may trace others (CAP_SYS_PTRACE), even where this process may not.</summary>
    public bool Traceable { get; init; }

    /// <inheritdoc cref="StartOptions.DiesWithParent"/>
    public bool DiesWithParent { get; init; }

    /// <inheritdoc cref="StartOptions.PreservedFds"/>
    public int PreservedFds { get; init; }

    /// <summary>As in <see cref="StartOptions.SeccompCacheDir"/>.</summary>
    public string? SeccompCacheDir { get; init; }

    /// <inheritdoc cref="StartOptions.KeepsNewlines"/>
    public bool KeepsNewlines { get; init; }

    /// <inheritdoc cref="StartOptions.Watch"/>
    public StartWatch? Watch { get; init; }
}
