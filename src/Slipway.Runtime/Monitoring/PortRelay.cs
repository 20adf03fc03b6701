using System.Net;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Sockets;

namespace Slipway.Runtime.Monitoring;

/// <summary>
/// Leads connections that come by IPv6 to a container that has none: to the port of the same number on <see cref="RelayAddress"/>, from where the kernel leads them on. It is
/// docker's userland proxy, for what the kernel can't do (IPv6 to IPv4, and anything from ::1), and has no thread of its own: the monitor's loop turns it.
/// Memory and descriptors are bounded: who comes when all places are taken waits in the kernel's queue.
/// </summary>
internal sealed class PortRelay : IDisposable
{
    /// <summary>The most connections at a time. Each takes two descriptors, of which a process mostly has 1024.</summary>
    public const int MaxConnections = 400;

    private const int BufferSize = 64 * 1024, MostAcceptedAtOnce = 16;

    private readonly EventPoll _poll = new();
    private readonly Dictionary<int, SafeFd> _listeners = [];
    private readonly Dictionary<int, RelayedConnection> _connections = [];
    private byte[]? _buffer;

    /// <summary>Readable when there is something to do.</summary>
    public int Number => _poll.Number;

    /// <summary>Whether nobody is connected.</summary>
    public bool IsIdle => _connections.Count == 0;

    /// <summary>Serves a socket that listens; it stays the caller's, until <see cref="Dispose"/>.</summary>
    public void Add(SafeFd listener)
    {
        _listeners.Add(listener.Number, listener);
        Listen(_connections.Count < 2 * MaxConnections);
    }

    /// <summary>Does what can be done now without waiting.</summary>
    public void Turn()
    {
        foreach ((int fd, PollEvents found) in _poll.Ready())
        {
            if (_listeners.TryGetValue(fd, out SafeFd? listener))
                Accept(listener);
            // One that is over since poll(2) has told of it isn't there any more.
            else if (_connections.TryGetValue(fd, out RelayedConnection? connection) && !connection.Handle(fd, found, _buffer ??= new byte[BufferSize]))
                End(connection);
        }
        if (IsIdle)
            _buffer = null;
    }

    /// <summary>Resets every connection, and lets nobody come any more.</summary>
    public void Dispose()
    {
        foreach (RelayedConnection connection in _connections.Values.Distinct().ToArray())
            End(connection);
        foreach (SafeFd listener in _listeners.Values)
        {
            _poll.Set(listener, PollEvents.None);
            InetSocket.StopListening(listener);
        }
        _listeners.Clear();
        _poll.Dispose();
    }

    private void Accept(SafeFd listener)
    {
        for (int i = 0; i < MostAcceptedAtOnce && _connections.Count < 2 * MaxConnections; i++)
        {
            if (UnixSocket.Accept(listener) is not { } client)
            {
                // Nobody else, or no descriptor for him: then the next that is free wakes us.
                if (i == 0 && !IsIdle)
                    Listen(false);
                return;
            }
            Begin(client, InetSocket.PlaceOf(listener));
        }
        Listen(_connections.Count < 2 * MaxConnections);
    }

    private void Begin(SafeFd client, IPEndPoint at)
    {
        try
        {
            SafeFd server = InetSocket.Connect(InetSocket.Tcp, new IPEndPoint(RelayAddress.Of(at.Address), at.Port));
            var connection = new RelayedConnection(client, server, _poll);
            _connections.Add(client.Number, connection);
            _connections.Add(server.Number, connection);
        }
        catch (LinuxException)
        {
            InetSocket.ResetOnClose(client);
            client.Dispose();
        }
    }

    private void End(RelayedConnection connection)
    {
        foreach (int fd in connection.Numbers)
            _connections.Remove(fd);
        connection.Dispose();
        Listen(true);
    }

    private void Listen(bool on)
    {
        foreach (SafeFd listener in _listeners.Values)
            _poll.Set(listener, on ? PollEvents.Readable : PollEvents.None);
    }
}
