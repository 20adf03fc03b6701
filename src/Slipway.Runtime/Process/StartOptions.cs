using Slipway.Runtime.Bundles;

namespace Slipway.Runtime.Process;

/// <summary>What a start needs beside the runtime spec.</summary>
public sealed record StartOptions
{
    /// <summary>The container's id; names its cgroup unless the spec does.</summary>
    public required string ContainerId { get; init; }

    /// <summary>The bundle's directory: relative paths of the spec begin here, and the root is mounted on it in the new namespace.</summary>
    public required string Bundle { get; init; }

    /// <summary>The layers of the root; null: <c>root.path</c> of the spec is used as it is.</summary>
    public OverlayRoot? Overlay { get; init; }

    /// <summary>Standard streams; null: those of this process.</summary>
    public StdioFds? Stdio { get; init; }

    /// <summary>Where compiled filters are kept by their hash; null: compiled at every start.</summary>
    public string? SeccompCacheDir { get; init; }
}
