using System.Buffers.Binary;
using System.Net;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Sockets;

namespace Slipway.Network.Dns;

/// <summary>A question on its way to the host's servers: each from a port of its own and with a number by chance, so that nobody else can answer it.</summary>
internal sealed class PendingQuery : IDisposable
{
    private const int Port = 53, MillisecondsPerServer = 2500, Rounds = 2;

    private readonly byte[] _query;
    private readonly ushort _id;
    private readonly DatagramPeer _asker;
    private readonly IReadOnlyList<IPAddress> _servers;
    private SafeFd? _socket;
    private ushort _sentId;
    private int _tries;

    public PendingQuery(ReadOnlySpan<byte> query, DatagramPeer asker, IReadOnlyList<IPAddress> servers)
    {
        _query = query.ToArray();
        _id = BinaryPrimitives.ReadUInt16BigEndian(query);
        _asker = asker;
        _servers = servers;
        Next();
    }

    /// <summary>Where the answer comes in; -1 when nobody is left to be asked.</summary>
    public int Number => _socket?.Number ?? -1;

    /// <summary>When the next server is asked (Environment.TickCount64).</summary>
    public long Deadline { get; private set; }

    /// <summary>Nobody has answered.</summary>
    public bool HasFailed => _socket is null;

    /// <summary>Asks the next server, or the first again; one that can't be reached is passed over.</summary>
    public void Next()
    {
        _socket?.Dispose();
        _socket = null;
        while (_tries < _servers.Count * Rounds)
        {
            IPAddress server = _servers[_tries++ % _servers.Count];
            try
            {
                _socket = InetSocket.Connect(InetSocket.Udp, new IPEndPoint(server, Port));
                RandomBytes.Fill(_query.AsSpan(0, sizeof(ushort)));
                _sentId = BinaryPrimitives.ReadUInt16BigEndian(_query);
                _ = SocketSend.Now(_socket, _query);
                Deadline = Environment.TickCount64 + MillisecondsPerServer;
                return;
            }
            catch (LinuxException)
            {
                _socket?.Dispose();
                _socket = null;
            }
        }
    }

    /// <summary>Passes an answer on; whether it was one.</summary>
    public bool TryAnswer(SafeFd listener, Span<byte> buffer)
    {
        int count = Datagram.Receive(_socket!, buffer, out _);
        if (count == FdIo.WouldBlock)
        {
            // The error of a closed port: the next one.
            Next();
            return false;
        }
        if (count < DnsMessage.HeaderSize || BinaryPrimitives.ReadUInt16BigEndian(buffer) != _sentId)
            return false;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, _id);
        Datagram.Send(listener, buffer[..count], _asker);
        return true;
    }

    /// <summary>Tells the asker that nobody knows.</summary>
    public void Fail(SafeFd listener)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_query, _id);
        if (DnsMessage.ReadQuestion(_query) is { } question)
            Datagram.Send(listener, DnsMessage.Fail(_query, question, DnsMessage.ServerFailure), _asker);
    }

    public void Dispose() => _socket?.Dispose();
}
