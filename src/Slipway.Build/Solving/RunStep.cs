namespace Slipway.Build.Solving;

/// <summary>The process of one RUN instruction, in full: the runner adds no environment of its own.</summary>
public sealed record RunStep
{
    /// <summary>Command and arguments.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary><c>NAME=value</c>, PATH among them.</summary>
    public required IReadOnlyList<string> Env { get; init; }

    /// <summary>Absolute path within the step's root; it may not exist yet.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>As in the Dockerfile: <c>user[:group]</c> by name or number; empty means root. The runner looks names up in the step's root.</summary>
    public required string User { get; init; }

    /// <summary>Directories of the layers below, the topmost first; never empty.</summary>
    public required IReadOnlyList<string> LowersTopFirst { get; init; }

    /// <summary>The overlay's upper directory: takes what the step changes.</summary>
    public required string Upper { get; init; }

    /// <summary>The overlay's work directory, on the same file system.</summary>
    public required string Work { get; init; }

    /// <summary><c>default</c> or <c>none</c> (RUN --network).</summary>
    public required string Network { get; init; }
}
