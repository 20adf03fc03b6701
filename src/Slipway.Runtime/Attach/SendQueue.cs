using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Sockets;

namespace Slipway.Runtime.Attach;

/// <summary>Frames that wait for a socket to take them.</summary>
internal sealed class SendQueue
{
    private readonly ByteQueue _bytes = new();

    public bool IsEmpty => _bytes.IsEmpty;

    /// <summary>How many bytes wait.</summary>
    public int Count => _bytes.Count;

    /// <summary>Appends a frame.</summary>
    public void Add(FrameType type, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[FrameHeader.Size];
        new FrameHeader(type, (uint)payload.Length).Write(header);
        _bytes.Add(header);
        _bytes.Add(payload);
    }

    /// <summary>Sends a frame that is whole in <paramref name="frame"/>, behind what waits; keeps what does not fit. False when the other side is gone.</summary>
    public bool Send(SafeFd socket, ReadOnlySpan<byte> frame)
    {
        int sent = IsEmpty ? SocketSend.Now(socket, frame) : FdIo.WouldBlock;
        if (sent == 0)
            return false;
        frame = frame[Math.Max(sent, 0)..];
        if (!frame.IsEmpty)
            _bytes.Add(frame);
        return true;
    }

    /// <summary>Sends what fits now; false when the other side is gone.</summary>
    public bool Flush(SafeFd socket)
    {
        while (!IsEmpty)
        {
            int count = SocketSend.Now(socket, _bytes.Front);
            if (count == FdIo.WouldBlock)
                return true;
            if (count == 0)
                return false;
            _bytes.Remove(count);
        }
        return true;
    }
}
