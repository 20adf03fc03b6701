using Slipway.Engine.Containers;
using Slipway.Runtime.Logs;
using Slipway.Runtime.State;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Postmortems;

/// <summary>What is left of a container's last run: why it ended, what it printed last, what it used, what it changed.</summary>
public sealed record Postmortem
{
    /// <summary>The container, as it is now or as it was when it was removed.</summary>
    public required ContainerRecord Container { get; init; }

    /// <summary>It was removed; <c>slip undo</c> brings it back.</summary>
    public required bool IsInTrash { get; init; }

    /// <summary>What it ran, as a shell would take it, secrets hidden.</summary>
    public required string Command { get; init; }

    /// <summary>Why it ended, or could not start, in words.</summary>
    public required ExitCause Cause { get; init; }

    /// <summary>What the monitor saw of the run; null where there was none, or an older version of ours saw it.</summary>
    public ExitRecord? Ending { get; init; }

    /// <summary>The last lines that it printed, oldest first; raw, as the container wrote them.</summary>
    public IReadOnlyList<LogEntry> LastOutput { get; init; } = [];

    /// <summary>What its writable layer holds against its image, sorted by path.</summary>
    public IReadOnlyList<Change> Changes { get; init; } = [];
}
