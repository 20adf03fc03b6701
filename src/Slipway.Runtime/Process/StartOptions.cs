using Slipway.Linux;
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

    /// <inheritdoc cref="MonitorConfig.GivesRoot"/>
    public bool RootIsGiven { get; init; }

    /// <summary>Standard streams; null: those of this process.</summary>
    public StdioFds? Stdio { get; init; }

    /// <summary>
    /// Kills the process when the thread that started it ends (PR_SET_PDEATHSIG), for a parent that looks after it. Without it that is so only
    /// until the program is executed.
    /// </summary>
    public bool DiesWithParent { get; init; }

    /// <summary>
    /// Whether it joins every v1 controller, as those expect of a runtime who look into its cgroups, or only those with a limit, which is
    /// some 0.5 ms faster.
    /// </summary>
    public bool EveryController { get; init; }

    /// <summary>As in <see cref="Lifecycle.CreateRequest.WithoutCgroup"/>.</summary>
    public bool WithoutCgroup { get; init; }

    /// <summary>How many descriptors from 3 on the process keeps.</summary>
    public int PreservedFds { get; init; }

    /// <summary>As in <see cref="Lifecycle.CreateRequest.NoPivot"/>.</summary>
    public bool NoPivot { get; init; }

    /// <summary>As in <see cref="Lifecycle.CreateRequest.NewKeyring"/>.</summary>
    public bool NewKeyring { get; init; }

    /// <summary>A small init is the first process: it reaps orphans, hands signals on to the container's own process and ends with that.</summary>
    public bool Init { get; init; }

    /// <summary>Called when everything is mounted and the host's root still there; what it throws ends the start.</summary>
    public Action<ContainerBirth>? Mounted { get; init; }

    /// <summary>Called when the process is ready to execute; what it throws ends the start.</summary>
    public Action<ContainerBirth>? Ready { get; init; }

    /// <summary>
    /// A fifo, open for reading and writing: the start returns with the process waiting for a byte from it. Null executes the program.
    /// </summary>
    public SafeFd? StartFifo { get; init; }

    /// <summary>Where compiled filters are kept by their hash; null: compiled at every start.</summary>
    public string? SeccompCacheDir { get; init; }

    /// <summary>
    /// Its terminal passes newlines on as they are (no ONLCR, termios(3)): whoever serves it writes to a pipe, which must have no carriage returns,
    /// or to a terminal that adds its own.
    /// </summary>
    public bool KeepsNewlines { get; init; }

    /// <summary>Who wants to know how the start goes; null: nobody.</summary>
    public StartWatch? Watch { get; init; }
}
