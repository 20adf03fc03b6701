using System.Buffers.Binary;
using System.Net;

namespace Slipway.Linux.Sockets;

/// <content>What is asked of, and done to, a stream socket that exists.</content>
public static unsafe partial class InetSocket
{
    private const int SO_KEEPALIVE = 9, SO_LINGER = 13, SO_ACCEPTCONN = 30, SHUT_WR = 1, IPPROTO_TCP = 6, TCP_NODELAY = 1;

    /// <summary>Whether it takes connections.</summary>
    public static bool IsListening(SafeFd socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        int listening = 0;
        uint length = sizeof(int);
        Check.Result(getsockopt(socket.Number, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length), "getsockopt SO_ACCEPTCONN");
        return listening != 0;
    }

    /// <summary>Where it is bound to.</summary>
    public static IPEndPoint PlaceOf(SafeFd socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        byte* name = stackalloc byte[Ipv6Size];
        uint length = Ipv6Size;
        Check.Result(getsockname(socket.Number, name, &length), "getsockname");
        var bytes = new ReadOnlySpan<byte>(name, Ipv6Size);
        bool six = BinaryPrimitives.ReadUInt16LittleEndian(bytes) == AF_INET6;
        return new(new IPAddress(six ? bytes.Slice(8, 16) : bytes.Slice(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
    }

    /// <summary>Lets it take no more connections, and keeps its port.</summary>
    public static void StopListening(SafeFd socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Check.Result(shutdown(socket.Number, SHUT_RDWR), "shutdown");
    }

    /// <summary>Tells the other side that no more comes. One that is gone is no error.</summary>
    public static void EndSending(SafeFd socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (shutdown(socket.Number, SHUT_WR) == -1 && Check.LastErrno != Errno.ENOTCONN)
            throw new LinuxException("shutdown", Check.LastErrno);
    }

    /// <summary>Has the kernel ask, after hours of silence, whether the other side is still there (tcp(7)).</summary>
    public static void KeepAlive(SafeFd socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        int on = 1;
        Check.Result(setsockopt(socket.Number, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(int)), "setsockopt SO_KEEPALIVE");
    }

    /// <summary>Sends what is written at once, however little (tcp(7), TCP_NODELAY), and not only when the other side has told that it has what came before.</summary>
    public static void SendAtOnce(SafeFd socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        int on = 1;
        Check.Result(setsockopt(socket.Number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(int)), "setsockopt TCP_NODELAY");
    }

    /// <summary>Lets somebody else bind its port once it is closed, though the kernel remembers the connection for a minute (TIME_WAIT, tcp(7)).</summary>
    public static void LeavePort(SafeFd socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        int on = 1;
        Check.Result(setsockopt(socket.Number, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(int)), "setsockopt SO_REUSEADDR");
    }

    /// <summary>Has the close reset the connection (socket(7), SO_LINGER): the other side sees that it did not end as it should.</summary>
    public static void ResetOnClose(SafeFd socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        int* linger = stackalloc int[] { 1, 0 };
        Check.Result(setsockopt(socket.Number, SOL_SOCKET, SO_LINGER, linger, 2 * sizeof(int)), "setsockopt SO_LINGER");
    }

    [System.Runtime.InteropServices.LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(int fd, int level, int option, void* value, uint* length);
}
