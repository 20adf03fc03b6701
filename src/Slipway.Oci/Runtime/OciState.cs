namespace Slipway.Oci.Runtime;

/// <summary>A container's state as the specification has it (runtime.md#state): the answer of <c>state</c>, and what a hook reads.</summary>
public sealed record OciState
{
    /// <summary>The version of the specification that the runtime follows.</summary>
    public required string OciVersion { get; init; }
    public required string Id { get; init; }

    /// <summary><c>creating</c>, <c>created</c>, <c>running</c> or <c>stopped</c>.</summary>
    public required string Status { get; init; }

    /// <summary>As the host numbers it; null where nothing runs.</summary>
    public int? Pid { get; init; }

    /// <summary>Absolute path of the bundle.</summary>
    public required string Bundle { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}

/// <summary>What the agent of a notifying filter gets with the descriptors (config-linux.md#the-container-process-state).</summary>
public sealed record ContainerProcessState
{
    /// <inheritdoc cref="OciState.OciVersion"/>
    public required string OciVersion { get; init; }

    /// <summary>A name for each descriptor that travels along: <c>seccompFd</c>.</summary>
    public required IReadOnlyList<string> Fds { get; init; }

    /// <summary>The process that is filtered, as the host numbers it.</summary>
    public required int Pid { get; init; }

    /// <summary>The profile's listenerMetadata.</summary>
    public string? Metadata { get; init; }
    public required OciState State { get; init; }
}
