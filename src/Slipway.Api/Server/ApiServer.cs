using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Slipway.Engine;

namespace Slipway.Api.Server;

/// <summary>
/// Serves the Docker Engine API on sockets that listen already. Kestrel does the HTTP. It has a heartbeat once a second, so it is there only
/// while clients are: at rest nothing here has a timer, and the process sleeps in the kernel.
/// </summary>
public sealed class ApiServer
{
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(10);

    private readonly ApiApplication _application;
    private readonly IReadOnlyList<ApiListener> _listeners;
    private readonly Channel<ConnectionContext> _accepted = Channel.CreateUnbounded<ConnectionContext>(new UnboundedChannelOptions { SingleReader = true });
    private int _open;

    /// <summary>Serves an engine.</summary>
    /// <param name="engine">What the requests are about.</param>
    /// <param name="options">What the server says of itself.</param>
    /// <param name="listeners">Where clients come from; the server owns them.</param>
    public ApiServer(SlipwayEngine engine, ApiOptions options, IReadOnlyList<ApiListener> listeners)
    {
        _application = new ApiApplication(new ApiServices(engine, options));
        _listeners = listeners;
    }

    /// <summary>Serves until it is stopped; then gives requests in progress a moment.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        Task[] accepting = [.. _listeners.Select(AcceptAllAsync)];
        using CancellationTokenRegistration closing = stop.Register(() =>
        {
            foreach (ApiListener listener in _listeners)
                listener.Dispose();
            _accepted.Writer.TryComplete();
        });
        while (await _accepted.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            await ServeAsync(stop).ConfigureAwait(false);
        await Task.WhenAll(accepting).ConfigureAwait(false);
    }

    // One life of a Kestrel: from the first client until nobody has been there for a while.
    private async Task ServeAsync(CancellationToken stop)
    {
        using var kestrel = new KestrelServer(Options.Create(Settings()), new Accepted(_accepted.Reader), NullLoggerFactory.Instance);
        await kestrel.StartAsync(_application, CancellationToken.None).ConfigureAwait(false);
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(s_linger, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (Volatile.Read(ref _open) == 0)
                break;
        }
        using var patience = new CancellationTokenSource(s_linger);
        await kestrel.StopAsync(patience.Token).ConfigureAwait(false);
    }

    private static KestrelServerOptions Settings()
    {
        var settings = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = true };
        // Images and contexts have any size, and come as slowly as they like; documents have bounds of their own.
        settings.Limits.MaxRequestBodySize = null;
        settings.Limits.MinRequestBodyDataRate = null;
        settings.Limits.MinResponseDataRate = null;
        settings.Listen(new AcceptedEndPoint(), listen => listen.Protocols = HttpProtocols.Http1);
        return settings;
    }

    private async Task AcceptAllAsync(ApiListener listener)
    {
        while (await listener.AcceptAsync().ConfigureAwait(false) is { } client)
            _ = OpenAsync(listener, client);
    }

    private async Task OpenAsync(ApiListener listener, Socket client)
    {
        try
        {
            if (await listener.OpenAsync(client).ConfigureAwait(false) is not { } opened)
            {
                client.Dispose();
                return;
            }
            Interlocked.Increment(ref _open);
            var connection = new ApiConnection(client, opened.Stream, opened.Caller, _ => Interlocked.Decrement(ref _open));
            if (!_accepted.Writer.TryWrite(connection))
                await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            client.Dispose(); // it went away
        }
    }

    // Kestrel binds this, and is handed what the listeners took.
    private sealed class AcceptedEndPoint : System.Net.EndPoint
    {
        public override string ToString() => "accepted";
    }

    private sealed class Accepted(ChannelReader<ConnectionContext> connections) : IConnectionListenerFactory, IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public System.Net.EndPoint EndPoint { get; private set; } = new AcceptedEndPoint();

        public ValueTask<IConnectionListener> BindAsync(System.Net.EndPoint endpoint, CancellationToken cancellationToken)
        {
            EndPoint = endpoint;
            return ValueTask.FromResult<IConnectionListener>(this);
        }

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await connections.ReadAsync(_unbound.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
            {
                return null;
            }
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
