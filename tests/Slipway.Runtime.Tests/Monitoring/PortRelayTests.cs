using System.Net;
using System.Net.Sockets;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Sockets;
using Slipway.Runtime.Monitoring;
using Xunit;

namespace Slipway.Runtime.Tests.Monitoring;

public sealed class PortRelayTests : IDisposable
{
    // What comes to [::1] is led to.
    private static readonly IPAddress s_behind = RelayAddress.Of(IPAddress.IPv6Loopback);

    private const int Patience = 20_000;

    private readonly SafeFd _listener;
    private readonly ushort _port;
    private readonly TcpListener _server;
    private readonly PortRelay _relay = new();
    private readonly Thread _loop;
    private volatile bool _ends;

    public PortRelayTests()
    {
        // As it is published: what IPv4 got is asked for by its number.
        (SafeFd found, _port) = InetSocket.Bind(InetSocket.Tcp, s_behind, 0);
        found.Dispose();
        (_listener, _) = InetSocket.Bind(InetSocket.Tcp, IPAddress.IPv6Loopback, _port, backlog: 16);
        _relay.Add(_listener);
        _server = new TcpListener(s_behind, _port);
        _loop = new Thread(() =>
        {
            while (!_ends)
            {
                if (Poller.Wait([new PollEntry(_relay.Number, PollEvents.Readable)], 20) > 0)
                    _relay.Turn();
            }
        });
        _loop.Start();
    }

    public void Dispose()
    {
        _ends = true;
        _loop.Join();
        _relay.Dispose();
        _listener.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void Connection_SmallPieces_WaitForNobody()
    {
        _server.Start();
        SafeFd client = InetSocket.Connect(InetSocket.Tcp, new IPEndPoint(s_behind, _port)), server = InetSocket.Connect(InetSocket.Tcp, new IPEndPoint(s_behind, _port));
        using var poll = new EventPoll();
        using var connection = new RelayedConnection(client, server, poll);
        Assert.Equal(2, connection.Numbers.Count);
        Assert.All(connection.Numbers, number =>
        {
            using var socket = new Socket(new SafeSocketHandle(number, ownsHandle: false));
            Assert.True(socket.NoDelay);
        });
    }

    [Fact]
    public async Task Turn_BothDirections_EachEndsByItself()
    {
        _server.Start();
        using TcpClient client = Connect();
        using Socket served = _server.AcceptSocket();
        byte[] up = new byte[5_000_000], down = new byte[7_000_000];
        new Random(1).NextBytes(up);
        new Random(2).NextBytes(down);

        Task sends = Task.Run(() =>
        {
            client.Client.Send(up);
            client.Client.Shutdown(SocketShutdown.Send);
        }, TestContext.Current.CancellationToken);
        Assert.Equal(up, ReadToEnd(served));
        // The way back is open until its own end.
        Task answers = Task.Run(() =>
        {
            served.Send(down);
            served.Shutdown(SocketShutdown.Send);
        }, TestContext.Current.CancellationToken);
        Assert.Equal(down, ReadToEnd(client.Client));
        await Task.WhenAll(sends, answers).WaitAsync(TimeSpan.FromMilliseconds(Patience), TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => _relay.IsIdle, Patience));
    }

    [Fact]
    public void Turn_NobodyListensBehindIt_ResetsTheConnection()
    {
        using TcpClient client = Connect();
        SocketException reset = Assert.Throws<SocketException>(() => client.Client.Receive(new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        Assert.True(SpinWait.SpinUntil(() => _relay.IsIdle, Patience));
    }

    [Fact]
    public void Turn_ServerBreaksOff_SoDoesTheClientsConnection()
    {
        _server.Start();
        using TcpClient client = Connect();
        Socket served = _server.AcceptSocket();
        served.LingerState = new LingerOption(true, 0);
        served.Dispose();
        Assert.True(SpinWait.SpinUntil(() => _relay.IsIdle || IsReadable(client), Patience));
        // Its end, or the reset: whatever came before is all that comes.
        try
        {
            Assert.Equal(0, client.Client.Receive(new byte[1]));
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }

    [Fact]
    public void Turn_ServerThatDoesNotRead_MakesTheClientWait()
    {
        _server.Start();
        using TcpClient client = Connect();
        using Socket served = _server.AcceptSocket();
        client.Client.Blocking = false;
        byte[] chunk = new byte[1024 * 1024];
        long sent = 0;
        // Until nothing more is taken for a while: then all that has gone lies in the kernel's buffers and one of ours.
        for (long quietSince = Environment.TickCount64; Environment.TickCount64 - quietSince < 300;)
        {
            if (client.Client.Send(chunk, 0, chunk.Length, SocketFlags.None, out SocketError error) is > 0 and int count && error == SocketError.Success)
                (sent, quietSince) = (sent + count, Environment.TickCount64);
            else
                Thread.Sleep(10);
            Assert.True(sent < 256L * 1024 * 1024, "nothing made the client wait");
        }
        // And none of it is lost.
        client.Client.Shutdown(SocketShutdown.Send);
        long received = 0;
        for (int count; (count = served.Receive(chunk)) > 0;)
            received += count;
        Assert.Equal(sent, received);
    }

    [Fact]
    public void Turn_MoreThanThereArePlaces_WaitUntilOthersHaveGone()
    {
        _server.Start(PortRelay.MaxConnections + 100);
        List<TcpClient> clients = [.. Enumerable.Range(0, PortRelay.MaxConnections).Select(_ => Connect())];
        List<Socket> served = [.. clients.Select(_ => _server.AcceptSocket())];
        using TcpClient late = Connect();
        late.Client.Send("late"u8);
        Thread.Sleep(200);
        Assert.False(_server.Pending());

        clients[0].Client.Shutdown(SocketShutdown.Both);
        served.ForEach(s => s.Dispose());
        using Socket last = _server.AcceptSocket();

        byte[] said = new byte[4];
        Assert.Equal(4, last.Receive(said));
        Assert.Equal("late"u8, said);
        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    public void Dispose_ResetsWhoIsThere_AndThePortStaysTaken()
    {
        _server.Start();
        using TcpClient client = Connect();
        using Socket served = _server.AcceptSocket();
        _ends = true;
        _loop.Join();
        _relay.Dispose();
        Assert.Equal(SocketError.ConnectionReset, Assert.Throws<SocketException>(() => client.Client.Receive(new byte[1])).SocketErrorCode);
        Assert.ThrowsAny<SocketException>(() => Connect().Dispose());
        Assert.Throws<LinuxException>(() => InetSocket.Bind(InetSocket.Tcp, IPAddress.IPv6Loopback, _port));
    }

    private TcpClient Connect()
    {
        var client = new TcpClient(AddressFamily.InterNetworkV6) { ReceiveTimeout = Patience };
        client.Connect(IPAddress.IPv6Loopback, _port);
        return client;
    }

    private static bool IsReadable(TcpClient client) => client.Client.Poll(0, SelectMode.SelectRead);

    private static byte[] ReadToEnd(Socket socket)
    {
        socket.ReceiveTimeout = Patience;
        using var all = new MemoryStream();
        byte[] chunk = new byte[64 * 1024];
        for (int count; (count = socket.Receive(chunk)) > 0;)
            all.Write(chunk, 0, count);
        return all.ToArray();
    }
}
