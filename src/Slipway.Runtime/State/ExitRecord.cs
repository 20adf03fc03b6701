namespace Slipway.Runtime.State;

/// <summary>DATA/containers/ID/exit.json: how the container's process ended.</summary>
public sealed record ExitRecord
{
    /// <summary>The process's exit code; 128 and the signal's number when a signal killed it.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Whether the kernel killed a process of the container for its memory limit.</summary>
    public bool OomKilled { get; init; }

    /// <summary>It was stopped because its health check failed.</summary>
    public bool Unhealthy { get; init; }

    /// <summary>When the process was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its end was seen.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>What went wrong besides, for people; null where nothing did.</summary>
    public string? Error { get; init; }
}
