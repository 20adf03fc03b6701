using System.Net;
using System.Net.Sockets;
using Slipway.Linux;
using Slipway.Linux.Sockets;
using Xunit;

namespace Slipway.Runtime.Tests.Linux;

public sealed class InetSocketTests
{
    // The tests beside this one bind and connect on 127.0.0.1, and would be given the port that is free for a moment here.
    private static readonly IPAddress s_own = new([127, 77, 0, 1]);

    [Fact]
    public void Bind_PortOfWhoIsGone_IsTakenAndNobodyElseGetsIt()
    {
        ushort port = LeaveConnection();
        (SafeFd first, ushort bound) = InetSocket.Bind(InetSocket.Tcp, s_own, port);
        using (first)
        {
            Assert.Equal(port, bound);
            Assert.Equal(Errno.EADDRINUSE, Assert.Throws<LinuxException>(() => InetSocket.Bind(InetSocket.Tcp, s_own, port)).Errno);
            // Taken, not served: who connects is refused, who listens with SO_REUSEADDR too.
            using var client = new TcpClient();
            Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketException>(() => client.Connect(s_own, port)).SocketErrorCode);
            using var other = new TcpListener(s_own, port);
            Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(other.Start).SocketErrorCode);
        }
        InetSocket.Bind(InetSocket.Tcp, s_own, port).Socket.Dispose();
    }

    [Fact]
    public void Bind_PortOfWhoListens_IsRefused()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        ushort port = (ushort)((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.Equal(Errno.EADDRINUSE, Assert.Throws<LinuxException>(() => InetSocket.Bind(InetSocket.Tcp, IPAddress.Loopback, port)).Errno);
    }

    // The port of a server that has closed a connection and has ended: the kernel remembers it for a minute (TIME_WAIT).
    private static ushort LeaveConnection()
    {
        using var listener = new TcpListener(s_own, 0);
        listener.Start();
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using Socket served = listener.AcceptSocket();
        served.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, client.GetStream().Read(new byte[1]));
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, served.Receive(new byte[1]));
        return (ushort)((IPEndPoint)served.LocalEndPoint!).Port;
    }
}
