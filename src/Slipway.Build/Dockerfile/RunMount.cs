namespace Slipway.Build.Dockerfile;

/// <summary>What <c>RUN --mount=type=</c> says.</summary>
internal enum MountKind
{
    /// <summary>Files of the context, a stage or an image.</summary>
    Bind,

    /// <summary>A directory that outlives the build.</summary>
    Cache,

    /// <summary>An empty file system in memory.</summary>
    Tmpfs,

    /// <summary>A secret of the caller's, as a file or a variable.</summary>
    Secret,

    /// <summary>The caller's SSH agent.</summary>
    Ssh,
}

/// <summary>What happens when two steps want one cache at the same time.</summary>
internal enum CacheSharing
{
    /// <summary>Both have it.</summary>
    Shared,

    /// <summary>The second gets another one.</summary>
    Private,

    /// <summary>The second waits.</summary>
    Locked,
}

/// <summary>One <c>--mount</c> of a RUN, read.</summary>
internal sealed record RunMount
{
    public MountKind Kind { get; init; }

    /// <summary>Stage, image or named context; null for none.</summary>
    public string? From { get; init; }

    /// <summary>Path in what is mounted; for a secret its id.</summary>
    public string Source { get; init; } = "";

    /// <summary>Where in the step; empty where the kind has a default.</summary>
    public string Target { get; init; } = "";

    public bool IsReadOnly { get; init; }

    /// <summary>Bytes that a tmpfs may hold; 0 for no limit.</summary>
    public long Size { get; init; }

    public string Id { get; init; } = "";

    public CacheSharing Sharing { get; init; }

    /// <summary>Whether the step fails where the caller has no such secret or agent.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The variable that a secret becomes; null: a file.</summary>
    public string? Env { get; init; }

    /// <summary>Permission bits, owner and group of what is mounted; null for the kind's default.</summary>
    public uint? Mode { get; init; }

    public uint? Uid { get; init; }

    public uint? Gid { get; init; }
}
