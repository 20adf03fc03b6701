namespace Slipway.Api.BuildKit;

/// <summary>A context that comes as the body of a request of its own, which is answered when the build has read it.</summary>
internal sealed class UploadedContext(Stream body)
{
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Stream Body { get; } = body;

    /// <summary>Completes when nobody reads it any more.</summary>
    public Task Read => _read.Task;

    /// <summary>It was read, or nobody will.</summary>
    public void End() => _read.TrySetResult();
}
