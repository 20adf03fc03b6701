using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Slipway.Api.Streams;
using Slipway.Engine;
using Slipway.Linux.Memory;

namespace Slipway.Api.Server;

/// <summary>
/// Serves the Docker Engine API on sockets that listen already. Kestrel does the HTTP. It has a heartbeat once a second, so it is there only
/// while clients are: at rest nothing here has a timer, and the process sleeps in the kernel.
/// </summary>
public sealed class ApiServer
{
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(10), s_silence = TimeSpan.FromMinutes(2);

    private readonly ApiServices _services;
    private readonly ApiApplication _application;
    private readonly IReadOnlyList<ApiListener> _listeners;
    private readonly Channel<ServedConnection> _accepted = Channel.CreateUnbounded<ServedConnection>();
    private readonly Channel<ServedConnection> _http2 = Channel.CreateUnbounded<ServedConnection>();

    /// <summary>Serves an engine.</summary>
    /// <param name="engine">What the requests are about.</param>
    /// <param name="options">What the server says of itself.</param>
    /// <param name="listeners">Where clients come from; the server owns them.</param>
    public ApiServer(SlipwayEngine engine, ApiOptions options, IReadOnlyList<ApiListener> listeners)
    {
        _services = new ApiServices(engine, options, ServeHttp2);
        _application = new ApiApplication(_services);
        _listeners = listeners;
    }

    /// <summary>What the server says of itself is another thing, with the next request.</summary>
    public void Reload(ApiOptions options) => _services.Options = options;

    /// <summary>Serves until it is stopped; then gives requests in progress a moment.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        Task[] accepting = [.. _listeners.Select(listener => AcceptAllAsync(listener, stop))];
        using CancellationTokenRegistration closing = stop.Register(() =>
        {
            foreach (ApiListener listener in _listeners)
                listener.Dispose();
            _accepted.Writer.TryComplete();
            _http2.Writer.TryComplete();
        });
        while (await RestAsync().ConfigureAwait(false))
            await ServeAsync(stop).ConfigureAwait(false);
        await Task.WhenAll(accepting).ConfigureAwait(false);
    }

    // What a rush has left goes back to the kernel, once; then there is nothing but the wait for a client. False where none will come.
    private async Task<bool> RestAsync()
    {
        using var enough = new CancellationTokenSource();
        Task<bool> http1 = _accepted.Reader.WaitToReadAsync(enough.Token).AsTask(), http2 = _http2.Reader.WaitToReadAsync(enough.Token).AsTask();
        Task<Task<bool>> client = Task.WhenAny(http1, http2);
        ReturnMemory();
        // What goes on for a client that went leaves something too, when it ends: a build that was given up, and the step that it waits for.
        Task left = Blocking.WhenOverAsync();
        if (!left.IsCompleted && await Task.WhenAny(client, left).ConfigureAwait(false) == left)
            ReturnMemory();
        bool comes = await (await client.ConfigureAwait(false)).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        return comes;
    }

    // One life of a Kestrel: from the first client until it has had none for a while.
    private async Task ServeAsync(CancellationToken stop)
    {
        var life = new KestrelLife(_accepted.Reader, _http2.Reader);
        using var kestrel = new KestrelServer(Options.Create(Settings()), life, NullLoggerFactory.Instance);
        await kestrel.StartAsync(_application, CancellationToken.None).ConfigureAwait(false);
        // Clients may stay only to listen: then what others' work has left goes back all the same, once after it.
        for (long seen = 0, returned = 0; ; seen = _application.Moves)
        {
            await Task.Delay(s_linger, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested || life.TryEnd())
                break;
            if (seen == returned || seen != _application.Moves || _services.Builds.Count > 0)
                continue;
            ReturnMemory();
            returned = seen;
        }
        using var patience = new CancellationTokenSource(s_linger);
        await kestrel.StopAsync(patience.Token).ConfigureAwait(false);
    }

    // Threads of the pool end by themselves, after twenty seconds. What is finalized is collected the second time.
    private void ReturnMemory()
    {
        _services.Engine.ReturnMemory();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
    }

    private static KestrelServerOptions Settings()
    {
        var settings = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = true };
        // Images and contexts have any size, and come as slowly as they like; documents have bounds of their own.
        settings.Limits.MaxRequestBodySize = null;
        settings.Limits.MinRequestBodyDataRate = null;
        settings.Limits.MinResponseDataRate = null;
        settings.Listen(new KestrelEndPoint(HttpProtocols.Http1), listen => listen.Protocols = HttpProtocols.Http1);
        settings.Listen(new KestrelEndPoint(HttpProtocols.Http2), listen => listen.Protocols = HttpProtocols.Http2);
        return settings;
    }

    private async Task AcceptAllAsync(ApiListener listener, CancellationToken stop)
    {
        while (await listener.AcceptAsync().ConfigureAwait(false) is { } client)
            _ = OpenAsync(listener, client, stop);
    }

    private async Task OpenAsync(ApiListener listener, Socket client, CancellationToken stop)
    {
        ApiConnection? connection = null;
        try
        {
            if (await listener.OpenAsync(client).ConfigureAwait(false) is not { } opened)
            {
                client.Dispose();
                return;
            }
            connection = new ApiConnection(client, opened.Stream, opened.Caller);
            if (!await TryServeAsync(connection, stop).ConfigureAwait(false))
                await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // It went away.
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
            else
                client.Dispose();
        }
    }

    // Clear text doesn't tell which HTTP it is, but for its first bytes: so whoever sends none is served by nobody, and let go after a while.
    private async Task<bool> TryServeAsync(ApiConnection connection, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(s_silence);
        try
        {
            return await connection.IsHttp2Async(patience.Token).ConfigureAwait(false)
                ? _http2.Writer.TryWrite(new Http2Connection(connection))
                : _accepted.Writer.TryWrite(connection);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private Task ServeHttp2(ApiConnection connection)
    {
        var again = new Http2Connection(connection);
        return _http2.Writer.TryWrite(again) ? again.Over : Task.CompletedTask;
    }
}
