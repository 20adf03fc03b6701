using Slipway.Runtime.Attach;

namespace Slipway.Api.Streams;

/// <summary>A client that waits at a container for its start.</summary>
internal sealed class PendingPlace : IDisposable
{
    // That it is counted among those who are sent something.
    private IDisposable? _live;

    /// <summary>Its connection with the process, when there is one.</summary>
    public TaskCompletionSource<AttachStream> Stream { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the container is being started by us: the stream will come, though the start be heard of before.</summary>
    public bool IsStarting => Volatile.Read(ref _live) is not null;

    /// <summary>The start begins.</summary>
    public void Begin(LiveAttachments live, string id) => Volatile.Write(ref _live, live.Begin(id));

    /// <summary>It has failed: the place waits for another.</summary>
    public void GoOn() => Interlocked.Exchange(ref _live, null)?.Dispose();

    /// <summary>It has all, or is gone.</summary>
    public void Dispose() => GoOn();
}
