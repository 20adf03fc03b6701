using Slipway.Runtime.Attach;

namespace Slipway.Engine.Containers;

/// <summary>A started container and, where asked for, its streams.</summary>
/// <param name="Record">The container, running.</param>
/// <param name="Stream">Its streams; null where nobody asked to be attached, or it ran already.</param>
public sealed record ContainerSession(ContainerRecord Record, AttachStream? Stream) : IDisposable
{
    /// <summary>What each step of the start cost, for people; null where nobody asked.</summary>
    public string? Timing { get; init; }

    /// <summary>Streams of further clients, as many as were asked for; none where it ran already.</summary>
    public IReadOnlyList<AttachStream> More { get; init; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream?.Dispose();
        foreach (AttachStream stream in More)
            stream.Dispose();
    }
}
