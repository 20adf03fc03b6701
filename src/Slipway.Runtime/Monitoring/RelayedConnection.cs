using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Sockets;
using Slipway.Runtime.Attach;

namespace Slipway.Runtime.Monitoring;

/// <summary>
/// One connection of a <see cref="PortRelay"/>: what either side sends goes to the other, and so does its end, of each direction by itself. What one side
/// doesn't take is kept, at most a buffer of it, and until it has gone nothing more is read from the other.
/// </summary>
internal sealed class RelayedConnection : IDisposable
{
    private readonly EventPoll _poll;
    private readonly SafeFd _client, _server;
    private readonly ByteQueue _toServer = new(), _toClient = new();
    private bool _clientEnded, _serverEnded, _isConnected, _isBroken;

    /// <param name="client">Who came; owned from now on.</param>
    /// <param name="server">Whom he is led to; still being connected, and owned from now on.</param>
    /// <param name="poll">Told what this waits for.</param>
    public RelayedConnection(SafeFd client, SafeFd server, EventPoll poll)
    {
        (_client, _server, _poll) = (client, server, poll);
        InetSocket.LeavePort(client);
        // Whoever wrote has thought of how much to send at once; a second wait, for the other side's word, is some 40 ms at each turn of a handshake.
        foreach (SafeFd side in (ReadOnlySpan<SafeFd>)[client, server])
        {
            InetSocket.KeepAlive(side);
            InetSocket.SendAtOnce(side);
        }
        Arrange();
    }

    /// <summary>Its two descriptors.</summary>
    public IReadOnlyList<int> Numbers => [_client.Number, _server.Number];

    private bool IsOver => _clientEnded && _serverEnded && _toServer.IsEmpty && _toClient.IsEmpty;

    /// <summary>Deals with what was found of one of the two. False when the connection is over, or broken.</summary>
    public bool Handle(int fd, PollEvents found, Span<byte> buffer)
    {
        try
        {
            bool isServer = fd == _server.Number;
            if (isServer && !_isConnected)
                _isConnected = (found & PollEvents.Error) == 0 ? true : throw new LinuxException("connect", Errno.ECONNREFUSED);
            else if (isServer)
                Move(found, _server, _client, _toServer, _toClient, ref _clientEnded, ref _serverEnded, buffer);
            else
                Move(found, _client, _server, _toClient, _toServer, ref _serverEnded, ref _clientEnded, buffer);
            if (!IsOver)
                Arrange();
            return !IsOver;
        }
        catch (LinuxException)
        {
            _isBroken = true;
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafeFd socket in (ReadOnlySpan<SafeFd>)[_client, _server])
        {
            _poll.Set(socket, PollEvents.None);
            // Who waits for more must not take what he has for all of it.
            if (_isBroken || !IsOver)
                InetSocket.ResetOnClose(socket);
            socket.Dispose();
        }
    }

    // One side: it can take what waits for it, or has something for the other.
    private static void Move(PollEvents found, SafeFd side, SafeFd other, ByteQueue toSide, ByteQueue toOther, ref bool otherEnded, ref bool sideEnded, Span<byte> buffer)
    {
        if (!toSide.IsEmpty && (found & PollEvents.Writable) != 0)
        {
            toSide.Remove(Send(side, toSide.Front));
            if (toSide.IsEmpty && otherEnded)
                InetSocket.EndSending(side);
        }
        if (sideEnded || !toOther.IsEmpty || (found & (PollEvents.Readable | PollEvents.HangUp | PollEvents.Error)) == 0)
            return;
        int count = FdIo.Read(side, buffer);
        if (count == 0)
        {
            sideEnded = true;
            InetSocket.EndSending(other);
        }
        else if (count != FdIo.WouldBlock)
        {
            int sent = Send(other, buffer[..count]);
            if (sent < count)
                toOther.Add(buffer[sent..count]);
        }
    }

    private static int Send(SafeFd socket, ReadOnlySpan<byte> data) => SocketSend.Now(socket, data) switch
    {
        0 => throw new LinuxException("send", Errno.EPIPE),
        FdIo.WouldBlock => 0,
        int count => count,
    };

    private void Arrange()
    {
        _poll.Set(_client, Wanted(_clientEnded || !_toServer.IsEmpty || !_isConnected, !_toClient.IsEmpty));
        _poll.Set(_server, Wanted(_serverEnded || !_toClient.IsEmpty || !_isConnected, !_toServer.IsEmpty || !_isConnected));
    }

    private static PollEvents Wanted(bool isShut, bool sends) => (isShut ? PollEvents.None : PollEvents.Readable) | (sends ? PollEvents.Writable : PollEvents.None);
}
