using System.Runtime.InteropServices;
using Slipway.Linux.Polling;

namespace Slipway.Linux.Sockets;

/// <summary>Who sent a datagram; kept as the kernel gave it.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct DatagramPeer
{
    internal const int Size = 28;

    internal fixed byte Name[Size];
    internal uint Length;
}

/// <summary>Datagrams with their senders (udp(7)).</summary>
public static unsafe partial class Datagram
{
    private const int MSG_DONTWAIT = 0x40, MSG_NOSIGNAL = 0x4000;

    /// <summary>The next one, cut to the buffer; <see cref="FdIo.WouldBlock"/> when there is none. Errors of earlier ones that we sent are nobody's.</summary>
    public static int Receive(SafeFd socket, Span<byte> buffer, out DatagramPeer peer)
    {
        ArgumentNullException.ThrowIfNull(socket);
        DatagramPeer from = default;
        uint length = DatagramPeer.Size;
        nint count;
        fixed (byte* p = buffer)
            count = recvfrom(socket.Number, p, (nuint)buffer.Length, MSG_DONTWAIT, from.Name, &length);
        from.Length = length;
        peer = from;
        return count >= 0 ? (int)count : FdIo.WouldBlock;
    }

    /// <summary>Sends one; what can't be sent now is lost, as datagrams may be.</summary>
    public static void Send(SafeFd socket, ReadOnlySpan<byte> bytes, in DatagramPeer peer)
    {
        ArgumentNullException.ThrowIfNull(socket);
        DatagramPeer to = peer;
        fixed (byte* p = bytes)
            _ = sendto(socket.Number, p, (nuint)bytes.Length, MSG_DONTWAIT | MSG_NOSIGNAL, to.Name, to.Length);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvfrom(int fd, byte* data, nuint length, int flags, byte* from, uint* fromLength);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendto(int fd, byte* data, nuint length, int flags, byte* to, uint toLength);
}
