namespace Slipway.Oci.Image;

/// <summary>What an image holds and how to run it (image-spec, config.md).</summary>
public sealed record ImageConfig
{
    /// <summary>RFC 3339, kept as text so that a configuration survives a round trip.</summary>
    public string? Created { get; init; }
    public string? Author { get; init; }
    public required string Architecture { get; init; }
    public required string OS { get; init; }
    public string? OSVersion { get; init; }
    public string? Variant { get; init; }
    public ExecutionConfig? Config { get; init; }
    public required RootFs Rootfs { get; init; }
    public IReadOnlyList<HistoryEntry>? History { get; init; }

    /// <summary>What the image is for.</summary>
    public Platform Platform => new() { OS = OS, Architecture = Architecture, Variant = Variant, OSVersion = OSVersion };
}

/// <summary>Defaults for a container of the image (config.md, property <c>config</c>; JSON names are capitalised there).</summary>
public sealed record ExecutionConfig
{
    public string? User { get; init; }
    public IReadOnlyDictionary<string, EmptyObject>? ExposedPorts { get; init; }
    public IReadOnlyList<string>? Env { get; init; }
    public IReadOnlyList<string>? Entrypoint { get; init; }
    public IReadOnlyList<string>? Cmd { get; init; }
    public IReadOnlyDictionary<string, EmptyObject>? Volumes { get; init; }
    public string? WorkingDir { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public string? StopSignal { get; init; }

    /// <summary>Docker's extension: the shell of the shell forms.</summary>
    public IReadOnlyList<string>? Shell { get; init; }

    /// <summary>Docker's extension: the command is one string that is already escaped (Windows only, kept for round trips).</summary>
    public bool? ArgsEscaped { get; init; }

    /// <summary>Docker's extension: how to tell whether the container works.</summary>
    public HealthCheck? Healthcheck { get; init; }

    /// <summary>Docker's extension: instructions for images built from this one.</summary>
    public IReadOnlyList<string>? OnBuild { get; init; }
}

/// <summary>The value of Go's <c>struct{}</c>: <c>{}</c>.</summary>
public sealed record EmptyObject
{
    public static EmptyObject Value { get; } = new();
}

/// <summary>Digests of the uncompressed layers, lowest first.</summary>
public sealed record RootFs
{
    /// <summary>Always <c>layers</c>.</summary>
    public required string Type { get; init; }
    public required IReadOnlyList<Digest> DiffIds { get; init; }
}

/// <summary>How one layer, or a step without one, came to be.</summary>
public sealed record HistoryEntry
{
    public string? Created { get; init; }
    public string? CreatedBy { get; init; }
    public string? Author { get; init; }
    public string? Comment { get; init; }
    public bool? EmptyLayer { get; init; }
}
