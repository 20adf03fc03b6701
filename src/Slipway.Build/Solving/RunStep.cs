using Slipway.Build.Graph;
using Slipway.Oci.Image;

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

    /// <summary><c>default</c>, <c>none</c> or <c>host</c> (RUN --network, or the build's).</summary>
    public required string Network { get; init; }

    /// <summary>What is mounted, in order: later ones may lie in earlier ones. Targets exist, but for those below /dev and in other mounts.</summary>
    public IReadOnlyList<StepMount> Mounts { get; init; } = [];

    /// <summary>With every capability and device, and without a filter (RUN --security=insecure); the caller of the build has allowed it.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>Limits and the host name.</summary>
    public StepLimits Limits { get; init; } = StepLimits.None;

    /// <summary>Whether it may use one processor only.</summary>
    public bool IsOnOneProcessor { get; init; }

    /// <summary>What the step's programs are for.</summary>
    public Platform Platform { get; init; } = Platform.Host;
}
