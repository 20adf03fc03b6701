using Slipway.Runtime.Attach;

namespace Slipway.Api.Streams;

/// <summary>A client that waits at a container for its start.</summary>
internal sealed class PendingPlace : IDisposable
{
    /// <summary>Its connection with the process, when there is one.</summary>
    public TaskCompletionSource<AttachStream> Stream { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>That it is counted among those who are sent something; null before the start.</summary>
    public IDisposable? Live { get; set; }

    /// <summary>It has all, or is gone.</summary>
    public void Dispose() => Live?.Dispose();
}
