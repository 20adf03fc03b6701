using System.Runtime.InteropServices;
using System.Text;

namespace Slipway.Linux.Sockets;

/// <summary>Stream sockets between processes of this machine (unix(7)), by path only: abstract names have no permissions.</summary>
public static unsafe partial class UnixSocket
{
    private const int AF_UNIX = 1, SOCK_STREAM = 1, SOCK_CLOEXEC = 0x80000, SOCK_NONBLOCK = 0x800;
    private const int SUN_PATH_SIZE = 108;

    /// <summary>Two connected ends, blocking (socketpair(2)).</summary>
    public static (SafeFd Ours, SafeFd Theirs) Pair()
    {
        int* ends = stackalloc int[2];
        Check.Result(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), "socketpair");
        return (new SafeFd(ends[0]), new SafeFd(ends[1]));
    }

    /// <summary>Makes the socket file, with the mode that the umask leaves, and listens, non-blocking. An address may hold 107 bytes.</summary>
    public static SafeFd Listen(string path)
    {
        SafeFd fd = Check.Fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket");
        try
        {
            Address address = AddressOf(path, out uint length);
            Check.Result(bind(fd.Number, &address, length), "bind", path);
            Check.Result(listen(fd.Number, 16), "listen", path);
            return fd;
        }
        catch
        {
            fd.Dispose();
            throw;
        }
    }

    /// <summary>Connects, blocking. ENOENT and ECONNREFUSED say that nobody listens.</summary>
    public static SafeFd Connect(string path)
    {
        SafeFd fd = Check.Fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
        try
        {
            Address address = AddressOf(path, out uint length);
            Check.Result(connect(fd.Number, &address, length), "connect", path);
            return fd;
        }
        catch
        {
            fd.Dispose();
            throw;
        }
    }

    /// <summary>Takes the next connection, non-blocking; null when there is none, or when it went away or there is no descriptor for it.</summary>
    public static SafeFd? Accept(SafeFd listener)
    {
        int fd = accept4(listener.Number, null, null, SOCK_CLOEXEC | SOCK_NONBLOCK);
        return fd == -1 ? null : new SafeFd(fd);
    }

    private static Address AddressOf(string path, out uint length)
    {
        Address address = default;
        address.Family = AF_UNIX;
        int bytes = Encoding.UTF8.GetByteCount(path);
        if (bytes >= SUN_PATH_SIZE)
            throw new LinuxException("socket address", Errno.ENAMETOOLONG, path);
        Encoding.UTF8.GetBytes(path, new Span<byte>(address.Path, SUN_PATH_SIZE));
        length = (uint)(sizeof(ushort) + bytes + 1);
        return address;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Address
    {
        public ushort Family;
        public fixed byte Path[SUN_PATH_SIZE];
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int fd, Address* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int listen(int fd, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int fd, Address* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept4(int fd, void* address, void* length, int flags);
}
