namespace Slipway.Runtime.Logs;

/// <summary>Where a line was written.</summary>
public enum LogStream
{
    /// <summary>Standard output, or the terminal.</summary>
    Stdout = 1,

    /// <summary>Standard error.</summary>
    Stderr = 2,
}

/// <summary>One record of a container's log.</summary>
/// <param name="Stream">Where it was written.</param>
/// <param name="Time">When the monitor read it.</param>
/// <param name="Text">
/// A line with its line feed; without one it is a piece of a line longer than 16 KiB, or the unfinished last one. Raw container output:
/// control characters included.
/// </param>
public readonly record struct LogEntry(LogStream Stream, DateTimeOffset Time, ReadOnlyMemory<byte> Text);

/// <summary>Which records of a log are wanted.</summary>
public sealed record LogQuery
{
    /// <summary>The last so many records; null is all.</summary>
    public int? Tail { get; init; }

    /// <summary>Records from this time on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Records up to this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Called before a wait for more: what was read so far can be shown now.</summary>
    public Action? Waiting { get; init; }

    /// <summary>Goes on with what is written until the container ends; the value is RUN/containers/ID. Null reads what is there.</summary>
    public string? FollowRunDir { get; init; }
}
