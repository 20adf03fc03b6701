using Microsoft.AspNetCore.Connections;

namespace Slipway.Api.Server;

/// <summary>
/// A client's connection as HTTP/2, where many requests go over it at once: so none of them has it for its own, as those of HTTP/1 have their
/// <see cref="ApiConnection"/>. It owns that.
/// </summary>
internal sealed class Http2Connection : ServedConnection
{
    private readonly ApiConnection _below;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Http2Connection(ApiConnection below)
    {
        _below = below;
        ConnectionId = below.ConnectionId + "-h2";
        ConnectionClosed = below.ConnectionClosed;
        Transport = below.Bare();
        Features.Set(below.Features.Get<Caller>());
    }

    /// <summary>Completes when nothing more is served on it.</summary>
    public Task Over => _over.Task;

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason) => _below.Abort();

    /// <inheritdoc/>
    public override void Abort() => _below.Abort();

    /// <inheritdoc/>
    protected override async ValueTask CloseAsync()
    {
        try
        {
            await Transport.Output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone already.
        }
        finally
        {
            _over.TrySetResult();
            // Where it came out of HTTP/1, that one lets go of it a second time.
            _below.Abort();
        }
    }
}
