using System.Text;
using Slipway.Oci;

namespace Slipway.Runtime.State;

/// <summary>DATA/containers/ID/exit.json: how the container's process ended.</summary>
public sealed record ExitRecord
{
    /// <summary>The process's exit code; 128 and the signal's number when a signal killed it.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The signal that killed it; 0 where it ended by itself, also with a code above 128.</summary>
    public int Signal { get; init; }

    /// <summary>Whether the kernel killed a process of the container for its memory limit.</summary>
    public bool OomKilled { get; init; }

    /// <summary>The most memory that its processes used at a time, in bytes; null where its cgroup doesn't count it.</summary>
    public long? MemoryPeak { get; init; }

    /// <summary>The most that one process of it held at a time, in bytes: of the first one, and of those that were waited for.</summary>
    public long? LargestProcess { get; init; }

    /// <summary>It was stopped because its health check failed.</summary>
    public bool Unhealthy { get; init; }

    /// <summary>When the process was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its end was seen.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>What went wrong besides, for people; null where nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>As exit.json has it.</summary>
    public string ToJson() => Encoding.UTF8.GetString(ExitRecordJson.Write(this));

    /// <summary>The other way round.</summary>
    /// <exception cref="SlipwayException">Corrupt: it is none.</exception>
    public static ExitRecord FromJson(string text) => ExitRecordJson.Read(Encoding.UTF8.GetBytes(text));
}
