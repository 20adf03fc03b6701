using System.Buffers.Binary;
using System.Net;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Sockets;

namespace Slipway.Network.Dns;

/// <summary>
/// One connection of a container's (RFC 7766): a question, its answer, and the next. What the networks don't know is asked over a connection
/// to the first of the host's servers.
/// </summary>
internal sealed class StreamQuery(SafeFd client, LocalNames names, IReadOnlyList<IPAddress> servers) : IDisposable
{
    private const int Port = 53, LengthSize = 2, MillisecondsToLive = 10_000;

    private readonly MemoryStream _received = new();
    private SafeFd? _server;
    private byte[]? _toServer;

    /// <summary>When it is given up (Environment.TickCount64).</summary>
    public long Deadline { get; private set; } = Environment.TickCount64 + MillisecondsToLive;

    public bool IsOver { get; private set; }

    /// <summary>What to wait for: the server while it is asked, else the client.</summary>
    public PollEntry Entry => _server is null
        ? new(client.Number, PollEvents.Readable)
        : new(_server.Number, _toServer is null ? PollEvents.Readable : PollEvents.Writable);

    public void Handle(PollEntry entry, Span<byte> buffer)
    {
        if (entry.Found == PollEvents.None)
            return;
        try
        {
            if (_toServer is not null)
                Ask();
            else if (Receive(_server ?? client, buffer) is { } message)
                Take(message);
        }
        catch (LinuxException)
        {
            IsOver = true;
        }
    }

    public void Dispose()
    {
        _server?.Dispose();
        client.Dispose();
    }

    private void Take(byte[] message)
    {
        if (_server is not null)
        {
            _server.Dispose();
            _server = null;
            Answer(message);
            return;
        }
        if (DnsMessage.ReadQuestion(message) is not { } question)
        {
            IsOver = true;
            return;
        }
        if (names.Answer(message, question) is { } known)
            Answer(known);
        else if (servers.Count == 0)
            Answer(DnsMessage.Fail(message, question, DnsMessage.ServerFailure));
        else
            (_server, _toServer) = (InetSocket.Connect(InetSocket.Tcp, new IPEndPoint(servers[0], Port)), WithLength(message));
    }

    private void Ask()
    {
        if (SocketSend.Now(_server!, _toServer) != _toServer!.Length)
            IsOver = true;
        _toServer = null;
    }

    private void Answer(byte[] message)
    {
        // An answer is smaller than what a socket takes at once.
        IsOver |= SocketSend.Now(client, WithLength(message)) != message.Length + LengthSize;
        Deadline = Environment.TickCount64 + MillisecondsToLive;
    }

    // A whole message; null while it is not there.
    private byte[]? Receive(SafeFd from, Span<byte> buffer)
    {
        int wanted = _received.Length < LengthSize ? LengthSize : LengthSize + BinaryPrimitives.ReadUInt16BigEndian(_received.GetBuffer());
        int count = FdIo.Read(from, buffer[..Math.Min(buffer.Length, wanted - (int)_received.Length)]);
        if (count == 0)
            IsOver = true;
        if (count <= 0)
            return null;
        _received.Write(buffer[..count]);
        if (_received.Length < LengthSize || _received.Length < LengthSize + BinaryPrimitives.ReadUInt16BigEndian(_received.GetBuffer()))
            return null;
        byte[] message = _received.ToArray()[LengthSize..];
        _received.SetLength(0);
        return message;
    }

    private static byte[] WithLength(byte[] message)
    {
        var framed = new byte[LengthSize + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed, LengthSize);
        return framed;
    }
}
