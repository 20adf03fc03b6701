using System.Runtime.InteropServices;

namespace Slipway.Linux.Sockets;

/// <summary>What was sent on a socket and hasn't been taken (unix(7) and tcp(7), SIOCOUTQ).</summary>
public static unsafe partial class SendQueue
{
    private const nuint SIOCOUTQ = 0x5411;

    /// <summary>Whether the other side has read, or can never read, all that was sent on a unix stream socket. On TCP: whether its kernel has it.</summary>
    /// <param name="socket">The socket; its descriptor stays open meanwhile.</param>
    /// <exception cref="LinuxException">It is no socket that counts this.</exception>
    public static bool IsEmpty(SafeHandle socket)
    {
        bool isHeld = false;
        try
        {
            socket.DangerousAddRef(ref isHeld);
            int count;
            Check.Result(ioctl((int)socket.DangerousGetHandle(), SIOCOUTQ, &count), "ioctl SIOCOUTQ");
            return count == 0;
        }
        finally
        {
            if (isHeld)
                socket.DangerousRelease();
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, int* count);
}
