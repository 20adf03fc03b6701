namespace Slipway.Oci.Runtime;

/// <summary>System call filter (config-linux.md#seccomp).</summary>
public sealed record SeccompSpec
{
    /// <summary><c>SCMP_ACT_ERRNO</c> and so on.</summary>
    public required string DefaultAction { get; init; }
    public uint? DefaultErrnoRet { get; init; }
    public IReadOnlyList<string>? Architectures { get; init; }

    /// <summary><c>SECCOMP_FILTER_FLAG_LOG</c> and so on.</summary>
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>Socket of the agent that gets the descriptor for <c>SCMP_ACT_NOTIFY</c>.</summary>
    public string? ListenerPath { get; init; }

    /// <summary>Goes to the agent with the descriptor; only with a path.</summary>
    public string? ListenerMetadata { get; init; }
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
