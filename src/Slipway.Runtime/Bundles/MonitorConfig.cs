using Slipway.Runtime.Health;
using Slipway.Runtime.Restarting;

namespace Slipway.Runtime.Bundles;

/// <summary>What the monitor of one container is told when it is launched. It travels over the launch socket and is not kept on disk.</summary>
public sealed record MonitorConfig
{
    /// <summary>The container's full id.</summary>
    public required string Id { get; init; }

    /// <summary>Directory with config.json, as the OCI runtime specification has it.</summary>
    public required string Bundle { get; init; }

    /// <summary>Directory for state.json and attach.sock; made with mode 0700 when it is missing.</summary>
    public required string RunDir { get; init; }

    /// <summary>The root file system as an overlay, mounted inside the container's own mount namespace; null: config.json's root.path is used.</summary>
    public OverlayRoot? Overlay { get; init; }

    /// <summary>config.json's root.path is a tree that is attached nowhere, given as a descriptor: one whose ids are mapped, which only the host's root can stack up.</summary>
    public bool GivesRoot { get; init; }

    /// <summary>Keeps the container's standard input open, so that a client can attach to it. Otherwise it is /dev/null.</summary>
    public bool OpenStdin { get; init; }

    /// <summary>Closes standard input when the first client that could write to it closes its own or goes away.</summary>
    public bool StdinOnce { get; init; }

    /// <summary>The log file (Docker's json-file lines), appended to; null keeps no log.</summary>
    public string? LogPath { get; init; }

    /// <summary>How large a file of the log becomes before the next is begun; 0 is without limit.</summary>
    public long LogMaxBytes { get; init; }

    /// <summary>How many files of the log are kept, the written one included.</summary>
    public int LogMaxFiles { get; init; } = 1;

    /// <summary>The files of the log that are full are packed.</summary>
    public bool LogPacks { get; init; }

    /// <summary>Where the <see cref="State.ExitRecord"/> is put, by rename, when the process has ended.</summary>
    public required string ExitPath { get; init; }

    /// <summary>
    /// Run detached after the exit record is there, unless the owner is attached and takes over, and where a wait for a restart is long: argv with an absolute path.
    /// It gets the monitor's own small environment.
    /// </summary>
    public IReadOnlyList<string>? ExitCommand { get; init; }

    /// <summary>It joins every v1 controller (<see cref="Process.StartOptions.EveryController"/>).</summary>
    public bool EveryController { get; init; }

    /// <summary>A small init is the first process (<see cref="Process.StartOptions.Init"/>).</summary>
    public bool Init { get; init; }

    /// <summary>Kills the process when the owner, who launched it attached, goes away without a word: a step of a build that was killed.</summary>
    public bool EndsWithOwner { get; init; }

    /// <summary>Answers with what each step of the start cost, before it says that the process runs.</summary>
    public bool Timing { get; init; }

    /// <summary>How many descriptors come after this, for the monitor to hold until it ends.</summary>
    public int Descriptors { get; init; }

    /// <summary>The last of them is not: it is closed as soon as state.json is there, being a lock that keeps others from the container until then.</summary>
    public bool EndsWithLock { get; init; }

    /// <summary>How many more come after those: connections of clients that look on from the first byte, beside the owner.</summary>
    public int Clients { get; init; }

    /// <summary>The first of them is the network namespace that the container gets, whatever config.json says.</summary>
    public bool GivesNetwork { get; init; }

    /// <summary>What the program's own service is told, which runs beside the container with the next two descriptors; null: none.</summary>
    public string? Service { get; init; }

    /// <summary>How many of the descriptors after those are the host's ports, which others may take the place of.</summary>
    public int Ports { get; init; }

    /// <summary>Whether and how the container is started again at its end; null: it isn't.</summary>
    public RestartRule? Restart { get; init; }

    /// <summary>How its health is looked after; null: nobody does.</summary>
    public HealthRule? Health { get; init; }

    /// <summary>Directory of compiled seccomp programs by hash; null compiles each time.</summary>
    public string? SeccompCacheDir { get; init; }
}
