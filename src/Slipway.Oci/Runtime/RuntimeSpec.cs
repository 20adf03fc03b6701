namespace Slipway.Oci.Runtime;

/// <summary>
/// A bundle's config.json: all that runtime-spec 1.2 and 1.3 define for Linux (config.md, config-linux.md). Null is "not there". The
/// other platforms' members (<c>windows</c>, <c>process.commandLine</c>, <c>process.user.username</c> …) are ignored, as the specification wants.
/// </summary>
public sealed record RuntimeSpec
{
    /// <summary>The version of the specification that the document follows: <c>1.2.0</c>.</summary>
    public required string OciVersion { get; init; }
    public ProcessSpec? Process { get; init; }
    public RootSpec? Root { get; init; }
    public string? Hostname { get; init; }
    public string? Domainname { get; init; }
    public IReadOnlyList<MountSpec>? Mounts { get; init; }
    public HooksSpec? Hooks { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    public LinuxSpec? Linux { get; init; }
}

/// <summary>The root file system (config.md#root).</summary>
public sealed record RootSpec
{
    /// <summary>Absolute, or relative to the bundle.</summary>
    public required string Path { get; init; }
    public bool? Readonly { get; init; }
}

/// <summary>One mount, in order (config.md#mounts).</summary>
public sealed record MountSpec
{
    /// <summary>Where it goes, as the container sees it.</summary>
    public required string Destination { get; init; }

    /// <summary>The file system's type; <c>bind</c>, <c>none</c> or null with the option <c>bind</c>.</summary>
    public string? Type { get; init; }
    public string? Source { get; init; }
    public IReadOnlyList<string>? Options { get; init; }

    /// <summary>Ids of the mount's files, mapped (config.md#posix-platform-mounts); both or neither.</summary>
    public IReadOnlyList<IdMapping>? UidMappings { get; init; }

    /// <inheritdoc cref="UidMappings"/>
    public IReadOnlyList<IdMapping>? GidMappings { get; init; }
}

/// <summary>A range of ids inside, mapped to one outside (user_namespaces(7)).</summary>
public sealed record IdMapping
{
    public required uint ContainerId { get; init; }
    public required uint HostId { get; init; }
    public required uint Size { get; init; }
}
