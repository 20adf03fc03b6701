using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Runtime.Mounts;
using Slipway.Runtime.Seccomp;

namespace Slipway.Runtime.Plan;

/// <summary>A terminal made for the container, and the instance of devpts that it lives in.</summary>
/// <param name="Slave">The container's end.</param>
/// <param name="Mount">The unattached devpts mount; null when the terminal is the host's.</param>
internal sealed record PtyInputs(SafeFd Slave, SafeFd? Mount);

/// <summary>What a plan needs to know of the host and of what was prepared, so that planning itself asks the system nothing.</summary>
internal sealed record PlanInputs
{
    /// <summary>Open <c>tasks</c> (v1) or cgroup.procs (v2) files to join.</summary>
    public IReadOnlyList<SafeFd> CgroupJoins { get; init; } = [];

    /// <summary>The v1 hierarchies that the container is in, by the directory name that they have below /sys/fs/cgroup.</summary>
    public IReadOnlyList<CgroupView> CgroupViews { get; init; } = [];

    public PtyInputs? Pty { get; init; }

    /// <summary>Descriptors for 0, 1 and 2; null leaves those of this process.</summary>
    public IReadOnlyList<int>? Stdio { get; init; }

    /// <summary>Kills the process when the thread that started it ends, even after it has executed.</summary>
    public bool DiesWithParent { get; init; }

    /// <summary>How many descriptors of this process from 3 on the container's process keeps.</summary>
    public int PreservedFds { get; init; }

    /// <summary>What the process waits for before it executes.</summary>
    public StartGate Gate { get; init; } = StartGate.Open;

    /// <summary>The program that stays as the first process, with the container's own as its child (<see cref="InitProgram"/>); null: none does.</summary>
    public SafeFd? Init { get; init; }

    /// <summary>What is executed instead of the first argument; null: that.</summary>
    public string? Program { get; init; }

    /// <summary>Capabilities that this process can hand on, bit n for number n; a user namespace has them all.</summary>
    public ulong Grantable { get; init; } = ulong.MaxValue;

    /// <summary>Leaves the supplementary groups as this process has them.</summary>
    public bool KeepsGroups { get; init; }

    /// <summary>The filter of system calls; null for none.</summary>
    public LoadableFilter? Filter { get; init; }

    /// <summary>Maps for mounts; null: mounts that need one are planned without.</summary>
    public IdMaps? IdMaps { get; init; }

    /// <summary>Whether overlay takes its lower directories one by one (<c>lowerdir+</c>, Linux 6.8).</summary>
    public bool LowerByLower { get; init; } = true;

    /// <summary>Where the host's procfs and sysfs are mounted.</summary>
    public IReadOnlyList<string> KernelMounts { get; init; } = [];

    /// <summary>Looks at a bind mount's source.</summary>
    public Func<string, FileKind?> Inspect { get; init; } = FileKind.Of;
}

/// <summary>One cgroup file system to show in the container.</summary>
/// <param name="Name">Its directory below /sys/fs/cgroup; empty for the v2 tree itself.</param>
/// <param name="Options">Mount options that name the hierarchy; none for v2.</param>
/// <param name="Directory">The container's own directory in it, on the host.</param>
internal sealed record CgroupView(string Name, IReadOnlyList<string> Options, string Directory);
