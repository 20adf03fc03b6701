using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Slipway.Api.Server;

/// <summary>
/// Where one Kestrel has its connections from, and how many it has. It is not ended under a client: whoever comes after <see cref="TryEnd"/> waits for the next one.
/// </summary>
/// <param name="http1">Clients of HTTP/1.</param>
/// <param name="http2">Clients of HTTP/2.</param>
internal sealed class KestrelLife(ChannelReader<ServedConnection> http1, ChannelReader<ServedConnection> http2) : IConnectionListenerFactory
{
    private readonly Lock _gate = new();
    private int _served;
    private bool _isOver;

    /// <summary>Ends it where nobody is served, and nobody waits to be; false where somebody is.</summary>
    public bool TryEnd()
    {
        lock (_gate)
            return _isOver = _served == 0 && http1.Count == 0 && http2.Count == 0;
    }

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IConnectionListener>(new Source(this, endpoint, ((KestrelEndPoint)endpoint).Protocol == HttpProtocols.Http2 ? http2 : http1));

    private bool TryTake(ChannelReader<ServedConnection> from, out ServedConnection? connection)
    {
        lock (_gate)
        {
            connection = null;
            if (_isOver || !from.TryRead(out connection))
                return false;
            _served++;
        }
        connection.Take(Give);
        return true;
    }

    private void Give()
    {
        lock (_gate)
            _served--;
    }

    private sealed class Source(KestrelLife life, EndPoint endPoint, ChannelReader<ServedConnection> connections) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint { get; } = endPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken)
        {
            try
            {
                while (await connections.WaitToReadAsync(_unbound.Token).ConfigureAwait(false))
                {
                    if (life.TryTake(connections, out ServedConnection? connection))
                        return connection;
                    // It is over: Kestrel will say so.
                    if (life._isOver)
                        await Task.Delay(Timeout.Infinite, _unbound.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException)
            {
            }
            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken)
        {
            _unbound.Cancel();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            _unbound.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
