using System.Runtime.InteropServices;
using Slipway.Linux.Polling;

namespace Slipway.Linux.Sockets;

/// <summary>Sends without SIGPIPE (send(2)).</summary>
public static unsafe partial class SocketSend
{
    private const int MSG_DONTWAIT = 0x40, MSG_NOSIGNAL = 0x4000;

    /// <summary>Sends what fits now: the count, <see cref="FdIo.WouldBlock"/> when nothing fits, 0 when the other side is gone.</summary>
    public static int Now(SafeFd socket, ReadOnlySpan<byte> data) => Send(socket, data, MSG_DONTWAIT);

    /// <summary>Sends everything, waiting as needed; false when the other side is gone.</summary>
    public static bool All(SafeFd socket, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            int count = Send(socket, data, 0);
            if (count == 0)
                return false;
            if (count == FdIo.WouldBlock)
                Poller.Wait([new PollEntry(socket.Number, PollEvents.Writable)], Timeout.Infinite);
            else
                data = data[count..];
        }
        return true;
    }

    private static int Send(SafeFd socket, ReadOnlySpan<byte> data, int flags)
    {
        nint count;
        do
        {
            fixed (byte* p = data)
                count = send(socket.Number, p, (nuint)data.Length, flags | MSG_NOSIGNAL);
        }
        while (count == -1 && Check.LastErrno == Errno.EINTR);
        if (count >= 0)
            return (int)count;
        return Check.LastErrno switch
        {
            Errno.EAGAIN => FdIo.WouldBlock,
            Errno.EPIPE or Errno.ECONNRESET or Errno.ENOTCONN => 0,
            var errno => throw new LinuxException("send", errno),
        };
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int fd, byte* data, nuint length, int flags);
}
