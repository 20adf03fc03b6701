using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Sockets;

namespace Slipway.Runtime.Attach;

/// <summary>Whole frames over a socket, waiting as needed: for the launch and for clients. The monitor's loop has its own reader.</summary>
internal static class FrameChannel
{
    /// <summary>Sends one frame; false when the other side is gone.</summary>
    public static bool Send(SafeFd socket, FrameType type, ReadOnlySpan<byte> payload)
    {
        const int SmallPayload = 1024;
        Span<byte> frame = stackalloc byte[FrameHeader.Size + SmallPayload];
        new FrameHeader(type, (uint)payload.Length).Write(frame);
        if (payload.Length > SmallPayload)
            return SocketSend.All(socket, frame[..FrameHeader.Size]) && SocketSend.All(socket, payload);
        payload.CopyTo(frame[FrameHeader.Size..]);
        return SocketSend.All(socket, frame[..(FrameHeader.Size + payload.Length)]);
    }

    /// <summary>The next header; null when the other side is gone.</summary>
    public static FrameHeader? ReceiveHeader(SafeFd socket)
    {
        Span<byte> header = stackalloc byte[FrameHeader.Size];
        return Fill(socket, header) ? FrameHeader.Read(header) : null;
    }

    /// <summary>The whole payload of a header, at most <paramref name="max"/> bytes; null when the other side is gone or lies about its size.</summary>
    public static byte[]? ReceivePayload(SafeFd socket, FrameHeader header, int max)
    {
        if (header.Length > max)
            return null;
        byte[] payload = new byte[header.Length];
        return Fill(socket, payload) ? payload : null;
    }

    /// <summary>Fills the span; false when the stream ends before.</summary>
    public static bool Fill(SafeFd socket, Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            int count = FdIo.Read(socket, into);
            if (count == 0)
                return false;
            if (count == FdIo.WouldBlock)
                Poller.Wait([new PollEntry(socket.Number, PollEvents.Readable)], Timeout.Infinite);
            else
                into = into[count..];
        }
        return true;
    }
}
