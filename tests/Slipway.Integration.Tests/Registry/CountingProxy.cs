using System.Net;
using System.Net.Sockets;

namespace Slipway.Integration.Tests.Registry;

/// <summary>Stands before a registry: counts the bytes that it sends, and can hold or cut the line after some of them.</summary>
public sealed class CountingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _to;
    private long _sent, _received;
    private long _cutAfter = long.MaxValue;
    private TaskCompletionSource _open = new();
    private long _holdAfter = long.MaxValue;
    private TaskCompletionSource _held = new();

    public CountingProxy(int to)
    {
        _to = to;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Host => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Bytes that the registry has sent.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Bytes that came for the registry.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>After so many more bytes every line is cut, once.</summary>
    public void CutAfter(long bytes) => Volatile.Write(ref _cutAfter, bytes);

    /// <summary>After so many more bytes nothing goes on until <see cref="Release"/>.</summary>
    public void HoldAfter(long bytes)
    {
        Volatile.Write(ref _held, new());
        Volatile.Write(ref _holdAfter, bytes);
    }

    /// <summary>Ends when the proxy holds.</summary>
    public Task Held(CancellationToken cancellation) => Volatile.Read(ref _held).Task.WaitAsync(cancellation);

    public void Release()
    {
        Volatile.Write(ref _holdAfter, long.MaxValue);
        Interlocked.Exchange(ref _open, new()).SetResult();
    }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptTcpClientAsync(_end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _to, _end.Token);
                Task up = CopyAsync(client.GetStream(), server.GetStream(), fromRegistry: false), down = CopyAsync(server.GetStream(), client.GetStream(), fromRegistry: true);
                await await Task.WhenAny(up, down);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool fromRegistry)
    {
        byte[] buffer = new byte[32 * 1024];
        for (int read; (read = await from.ReadAsync(buffer, _end.Token)) > 0;)
        {
            if (Interlocked.Add(ref _cutAfter, -read) < 0)
            {
                CutAfter(long.MaxValue);
                return;
            }
            if (Interlocked.Add(ref _holdAfter, -read) < 0)
            {
                Task open = Volatile.Read(ref _open).Task;
                Volatile.Read(ref _held).TrySetResult();
                await open.WaitAsync(_end.Token);
            }
            Interlocked.Add(ref fromRegistry ? ref _sent : ref _received, read);
            await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }
}
