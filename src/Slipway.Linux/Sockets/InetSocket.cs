using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Slipway.Linux.Sockets;

/// <summary>Sockets of the internet's protocols (ip(7), ipv6(7)), non-blocking, in the network namespace of the calling thread.</summary>
public static unsafe partial class InetSocket
{
    private const int AF_INET = 2, AF_INET6 = 10, SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_CLOEXEC = 0x80000, SOCK_NONBLOCK = 0x800;
    private const int SOL_SOCKET = 1, SO_REUSEADDR = 2, SO_RCVBUF = 8, SHUT_RDWR = 2, IPPROTO_IPV6 = 41, IPV6_V6ONLY = 26;
    private const int Ipv4Size = 16, Ipv6Size = 28;

    /// <summary><c>IPPROTO_TCP</c> and its like.</summary>
    public const byte Tcp = 6, Udp = 17, Sctp = 132;

    /// <summary>
    /// Takes a port for as long as the socket is open. EADDRINUSE: somebody has it. EADDRNOTAVAIL: the address is not this host's.
    /// EPROTONOSUPPORT, ESOCKTNOSUPPORT: the kernel doesn't have the protocol.
    /// </summary>
    /// <param name="protocol">One of the above.</param>
    /// <param name="address">An address of this host's, or any.</param>
    /// <param name="port">The port; 0 lets the kernel choose.</param>
    /// <param name="backlog">Of a stream: how many connections may wait to be accepted; 0 takes none.</param>
    /// <returns>The socket, and its port.</returns>
    public static (SafeFd Socket, ushort Port) Bind(byte protocol, IPAddress address, ushort port, int backlog = 0)
    {
        ArgumentNullException.ThrowIfNull(address);
        try
        {
            return Bind(protocol, address, port, backlog, isReused: false);
        }
        catch (LinuxException e) when (e.Errno == Errno.EADDRINUSE && protocol == Tcp)
        {
            // Connections of somebody who is gone hold a port for a minute (TIME_WAIT, tcp(7)); who listens is let past them.
            return Bind(protocol, address, port, backlog, isReused: true);
        }
    }

    private static (SafeFd Socket, ushort Port) Bind(byte protocol, IPAddress address, ushort port, int backlog, bool isReused)
    {
        bool six = address.AddressFamily == AddressFamily.InterNetworkV6;
        SafeFd fd = Check.Fd(socket(six ? AF_INET6 : AF_INET, (protocol == Udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol), "socket", address.ToString());
        try
        {
            int on = 1;
            if (six)
                Check.Result(setsockopt(fd.Number, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(int)), "setsockopt IPV6_V6ONLY");
            if (isReused)
                Check.Result(setsockopt(fd.Number, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(int)), "setsockopt SO_REUSEADDR");
            byte* name = stackalloc byte[Ipv6Size];
            uint length = Write(name, address, port);
            string place = new IPEndPoint(address, port).ToString();
            Check.Result(bind(fd.Number, name, length), "bind", place);
            if (isReused)
                Keep(fd, place, backlog);
            else if (backlog > 0)
                Listen(fd, backlog);
            return (fd, port == 0 ? (ushort)PlaceOf(fd).Port : port);
        }
        catch
        {
            fd.Dispose();
            throw;
        }
    }

    // With SO_REUSEADDR the kernel lets a port be bound that others of the kind have bound; whether one has it is looked at in listen(2) only. The
    // port stays bound after that, and without the option whoever comes later is refused.
    private static void Keep(SafeFd fd, string place, int backlog)
    {
        Check.Result(listen(fd.Number, backlog), "listen", place);
        if (backlog == 0)
            StopListening(fd);
        int off = 0;
        Check.Result(setsockopt(fd.Number, SOL_SOCKET, SO_REUSEADDR, &off, sizeof(int)), "setsockopt SO_REUSEADDR");
    }

    /// <summary>Begins to connect, to one peer only; a stream is connected once it can be written to.</summary>
    public static SafeFd Connect(byte protocol, IPEndPoint peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        bool six = peer.AddressFamily == AddressFamily.InterNetworkV6;
        SafeFd fd = Check.Fd(socket(six ? AF_INET6 : AF_INET, (protocol == Udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol), "socket", peer.ToString());
        byte* name = stackalloc byte[Ipv6Size];
        uint length = Write(name, peer.Address, (ushort)peer.Port);
        if (connect(fd.Number, name, length) == -1 && Check.LastErrno != Errno.EINPROGRESS)
        {
            var error = new LinuxException("connect", Check.LastErrno, peer.ToString());
            fd.Dispose();
            throw error;
        }
        return fd;
    }

    /// <summary>Lets a bound stream socket take connections.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="backlog">How many may wait to be accepted.</param>
    public static void Listen(SafeFd socket, int backlog = 16)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Check.Result(listen(socket.Number, backlog), "listen");
    }

    /// <summary>Lets a bound socket keep next to nothing of what nobody reads.</summary>
    public static void KeepNothing(SafeFd socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        int none = 0;
        Check.Result(setsockopt(socket.Number, SOL_SOCKET, SO_RCVBUF, &none, sizeof(int)), "setsockopt SO_RCVBUF");
    }

    private static uint Write(byte* name, IPAddress address, ushort port)
    {
        bool six = address.AddressFamily == AddressFamily.InterNetworkV6;
        var bytes = new Span<byte>(name, Ipv6Size);
        bytes.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, six ? (ushort)AF_INET6 : (ushort)AF_INET);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], port);
        address.TryWriteBytes(bytes[(six ? 8 : 4)..], out _);
        if (six)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], (uint)address.ScopeId);
        return six ? (uint)Ipv6Size : Ipv4Size;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int fd, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int fd, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int listen(int fd, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shutdown(int fd, int how);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockname(int fd, byte* address, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int fd, int level, int option, void* value, uint length);
}
