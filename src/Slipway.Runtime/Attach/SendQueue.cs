using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Sockets;

namespace Slipway.Runtime.Attach;

/// <summary>Bytes that wait for a socket to take them. It holds no memory while it is empty.</summary>
internal sealed class SendQueue
{
    private const int FirstSize = 4096;

    private byte[] _bytes = [];
    private int _start, _end;

    public bool IsEmpty => _start == _end;

    /// <summary>How many bytes wait.</summary>
    public int Count => _end - _start;

    /// <summary>Appends a frame.</summary>
    public void Add(FrameType type, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[FrameHeader.Size];
        new FrameHeader(type, (uint)payload.Length).Write(header);
        Add(header);
        Add(payload);
    }

    /// <summary>Appends bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _end < bytes.Length)
            MakeRoom(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Sends what fits now; false when the other side is gone.</summary>
    public bool Flush(SafeFd socket)
    {
        while (!IsEmpty)
        {
            int count = SocketSend.Now(socket, _bytes.AsSpan(_start, Count));
            if (count == FdIo.WouldBlock)
                return true;
            if (count == 0)
                return false;
            _start += count;
        }
        _bytes = [];
        _start = _end = 0;
        return true;
    }

    private void MakeRoom(int more)
    {
        int count = Count;
        byte[] bytes = count + more <= _bytes.Length ? _bytes : new byte[Math.Max(FirstSize, (count + more) * 2)];
        _bytes.AsSpan(_start, count).CopyTo(bytes);
        _bytes = bytes;
        _start = 0;
        _end = count;
    }
}
