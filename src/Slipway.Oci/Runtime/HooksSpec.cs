namespace Slipway.Oci.Runtime;

/// <summary>Programs that run at points of a container's life, each list in order (config.md#posix-platform-hooks).</summary>
public sealed record HooksSpec
{
    /// <summary>In the runtime's namespaces, during create, after the namespaces exist and before pivot_root. Deprecated, runs first.</summary>
    public IReadOnlyList<HookSpec>? Prestart { get; init; }

    /// <summary>Like <see cref="Prestart"/>, after it.</summary>
    public IReadOnlyList<HookSpec>? CreateRuntime { get; init; }

    /// <summary>In the container's namespaces, the program resolved in the runtime's, during create, before pivot_root.</summary>
    public IReadOnlyList<HookSpec>? CreateContainer { get; init; }

    /// <summary>In the container, during start, before the process is executed.</summary>
    public IReadOnlyList<HookSpec>? StartContainer { get; init; }

    /// <summary>In the runtime's namespaces, after the process has been started; a failure is only logged.</summary>
    public IReadOnlyList<HookSpec>? Poststart { get; init; }

    /// <summary>In the runtime's namespaces, after the container was deleted; a failure is only logged.</summary>
    public IReadOnlyList<HookSpec>? Poststop { get; init; }
}

/// <summary>One program; it gets the container's state on its standard input.</summary>
public sealed record HookSpec
{
    /// <summary>Absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The whole argv, its own name first; null is the path alone.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>The whole environment; null: the runtime's own where the hook runs in the runtime's namespaces, none elsewhere.</summary>
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>Seconds, more than 0; null waits for ever.</summary>
    public int? Timeout { get; init; }
}
