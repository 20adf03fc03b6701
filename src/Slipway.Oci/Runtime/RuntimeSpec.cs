using System.Text.Json.Serialization;

namespace Slipway.Oci.Runtime;

/// <summary>A bundle's config.json (runtime-spec 1.2, config.md and config-linux.md), as far as Slipway acts on it.</summary>
public sealed record RuntimeSpec
{
    public required string OciVersion { get; init; }
    public ProcessSpec? Process { get; init; }
    public RootSpec? Root { get; init; }
    public string? Hostname { get; init; }
    public string? Domainname { get; init; }
    public IReadOnlyList<MountSpec>? Mounts { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    public LinuxSpec? Linux { get; init; }
}

/// <summary>The process to start (config.md#process).</summary>
public sealed record ProcessSpec
{
    public bool? Terminal { get; init; }
    public ConsoleSize? ConsoleSize { get; init; }

    /// <summary>Absolute path inside the container.</summary>
    public required string Cwd { get; init; }
    public IReadOnlyList<string>? Env { get; init; }
    public required IReadOnlyList<string> Args { get; init; }
    public required UserSpec User { get; init; }
    public CapabilitiesSpec? Capabilities { get; init; }
    public IReadOnlyList<RlimitSpec>? Rlimits { get; init; }
    public bool? NoNewPrivileges { get; init; }
    public int? OomScoreAdj { get; init; }
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

/// <summary>The root file system.</summary>
public sealed record RootSpec
{
    public required string Path { get; init; }
    public bool? Readonly { get; init; }
}

/// <summary>One mount, in order (config.md#mounts).</summary>
public sealed record MountSpec
{
    public required string Destination { get; init; }
    public string? Type { get; init; }
    public string? Source { get; init; }
    public IReadOnlyList<string>? Options { get; init; }
}

/// <summary>config-linux.md.</summary>
public sealed record LinuxSpec
{
    public IReadOnlyList<NamespaceSpec>? Namespaces { get; init; }
    public IReadOnlyList<IdMapping>? UidMappings { get; init; }
    public IReadOnlyList<IdMapping>? GidMappings { get; init; }
    public IReadOnlyList<DeviceSpec>? Devices { get; init; }
    public string? CgroupsPath { get; init; }
    public ResourcesSpec? Resources { get; init; }
    public string? RootfsPropagation { get; init; }
    public SeccompSpec? Seccomp { get; init; }
    public IReadOnlyDictionary<string, string>? Sysctl { get; init; }
    public IReadOnlyList<string>? MaskedPaths { get; init; }
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }
}

/// <summary>A namespace to make (<see cref="Path"/> null) or to join: pid, network, mount, ipc, uts, user, cgroup, time.</summary>
public sealed record NamespaceSpec
{
    public required string Type { get; init; }
    public string? Path { get; init; }
}

/// <summary>A range of ids inside, mapped to one outside (user_namespaces(7)).</summary>
public sealed record IdMapping
{
    [JsonPropertyName("containerID")] public required uint ContainerId { get; init; }
    [JsonPropertyName("hostID")] public required uint HostId { get; init; }
    public required uint Size { get; init; }
}

/// <summary>A device node to make: type c, b, u or p.</summary>
public sealed record DeviceSpec
{
    public required string Path { get; init; }
    public required string Type { get; init; }
    public long? Major { get; init; }
    public long? Minor { get; init; }
    public uint? FileMode { get; init; }
    public uint? Uid { get; init; }
    public uint? Gid { get; init; }
}

/// <summary>Cgroup limits (config-linux.md#control-groups), in the units of the v1 files.</summary>
public sealed record ResourcesSpec
{
    public IReadOnlyList<DeviceRule>? Devices { get; init; }
    public MemorySpec? Memory { get; init; }
    public CpuSpec? Cpu { get; init; }
    public PidsSpec? Pids { get; init; }
    public IReadOnlyDictionary<string, string>? Unified { get; init; }
}

/// <summary>Allows or denies devices; null numbers and types match all.</summary>
public sealed record DeviceRule
{
    public required bool Allow { get; init; }
    public string? Type { get; init; }
    public long? Major { get; init; }
    public long? Minor { get; init; }
    public string? Access { get; init; }
}

/// <summary>Bytes; -1 is without limit. <see cref="Swap"/> is memory and swap together.</summary>
public sealed record MemorySpec
{
    public long? Limit { get; init; }
    public long? Reservation { get; init; }
    public long? Swap { get; init; }
    public ulong? Swappiness { get; init; }
    public bool? DisableOOMKiller { get; init; }
}

/// <summary>Shares 2 to 262144; quota and period in microseconds.</summary>
public sealed record CpuSpec
{
    public ulong? Shares { get; init; }
    public long? Quota { get; init; }
    public ulong? Period { get; init; }
    public string? Cpus { get; init; }
    public string? Mems { get; init; }
}

/// <summary>How many processes and threads; 0 or less is without limit.</summary>
public sealed record PidsSpec
{
    public required long Limit { get; init; }
}

/// <summary>System call filter (config-linux.md#seccomp).</summary>
public sealed record SeccompSpec
{
    public required string DefaultAction { get; init; }
    public uint? DefaultErrnoRet { get; init; }
    public IReadOnlyList<string>? Architectures { get; init; }
    public IReadOnlyList<string>? Flags { get; init; }
    public IReadOnlyList<SyscallRule>? Syscalls { get; init; }
}

/// <summary>One action for these calls, where all the arguments match.</summary>
public sealed record SyscallRule
{
    public required IReadOnlyList<string> Names { get; init; }
    public required string Action { get; init; }
    public uint? ErrnoRet { get; init; }
    public IReadOnlyList<SyscallArgument>? Args { get; init; }
}

/// <summary>Compares one argument (0 to 5) as libseccomp does.</summary>
public sealed record SyscallArgument
{
    public required uint Index { get; init; }
    public required ulong Value { get; init; }
    public ulong? ValueTwo { get; init; }
    public required string Op { get; init; }
}
