using System.Buffers.Binary;
using System.Net.Sockets;

namespace Slipway.Runtime.Attach;

/// <summary>
/// The same connection as <see cref="AttachStream"/>, for those who serve many of them: it waits without a thread. One reader and one writer
/// at a time, which know nothing of each other.
/// </summary>
public sealed class AttachChannel : IDisposable
{
    private const int ChunkSize = 32 * 1024;

    private readonly Socket _socket;
    private readonly DetachKeys? _detachKeys;
    private readonly byte[] _received = new byte[ChunkSize];
    private int _start, _end;
    private FrameHeader _header;
    private uint _remaining;

    /// <summary>Takes a connection over.</summary>
    /// <param name="stream">Not to be used any more.</param>
    /// <param name="detachKeys">Keys that detach, as <c>ctrl-p,ctrl-q</c>; null: none.</param>
    /// <exception cref="Oci.SlipwayException">InvalidArgument: they are none.</exception>
    public AttachChannel(AttachStream stream, string? detachKeys = null)
    {
        _detachKeys = detachKeys is { Length: > 0 } ? DetachKeys.Parse(detachKeys) : null;
        _socket = stream.Release();
    }

    /// <summary>The process's exit code, once <see cref="ReadAsync"/> has come to the end; null before, and where the monitor went without a word.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>What the process wrote next, valid until the next call; empty at the end.</summary>
    /// <returns>1 for standard output or a terminal, 2 for standard error, and the bytes.</returns>
    public async ValueTask<(int Stream, ReadOnlyMemory<byte> Bytes)> ReadAsync(CancellationToken cancellation = default)
    {
        while (true)
        {
            if (_remaining > 0 && _end > _start)
            {
                int count = (int)Math.Min(_remaining, (uint)(_end - _start));
                ReadOnlyMemory<byte> bytes = _received.AsMemory(_start, count);
                _start += count;
                _remaining -= (uint)count;
                return ((int)_header.Type, bytes);
            }
            if (_remaining > 0 || !TryBegin(out bool isExit))
            {
                if (!await FillAsync(cancellation).ConfigureAwait(false))
                    return default;
            }
            else if (isExit)
            {
                return default;
            }
        }
    }

    /// <summary>Says that this client feeds the process: when it goes, so does the input of one that takes it once.</summary>
    public ValueTask BeginInputAsync() => SendAsync(FrameType.Stdin, ReadOnlyMemory<byte>.Empty);

    /// <summary>Sends input on; false where it had the detach keys in it.</summary>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> input)
    {
        if (_detachKeys is null)
        {
            await SendAsync(FrameType.Stdin, input).ConfigureAwait(false);
            return true;
        }
        byte[] filtered = new byte[input.Length + _detachKeys.MaxHeld];
        bool detached = _detachKeys.Filter(input.Span, filtered, out int count);
        if (count > 0)
            await SendAsync(FrameType.Stdin, filtered.AsMemory(0, count)).ConfigureAwait(false);
        return !detached;
    }

    /// <summary>Says that this client's input has ended.</summary>
    public ValueTask EndInputAsync() => SendAsync(FrameType.CloseStdin, ReadOnlyMemory<byte>.Empty);

    /// <summary>Sets the size of the process's terminal.</summary>
    public ValueTask ResizeAsync(ushort height, ushort width)
    {
        byte[] size = new byte[2 * sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(size, height);
        BinaryPrimitives.WriteUInt16BigEndian(size.AsSpan(sizeof(ushort)), width);
        return SendAsync(FrameType.Resize, size);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // The next header, and all of a control frame behind it.
    private bool TryBegin(out bool isExit)
    {
        isExit = false;
        if (_end - _start < FrameHeader.Size)
            return false;
        var header = FrameHeader.Read(_received.AsSpan(_start));
        if (header.Type <= FrameType.Stderr)
        {
            _header = header;
            _remaining = header.Length;
            _start += FrameHeader.Size;
            return true;
        }
        // Our own monitor sends nothing longer.
        if (header.Length > ChunkSize - FrameHeader.Size)
            throw new IOException("the monitor's answer makes no sense");
        if (_end - _start < FrameHeader.Size + (int)header.Length)
            return false;
        isExit = header.Type == FrameType.Exit && header.Length == sizeof(int);
        if (isExit)
            ExitCode = BinaryPrimitives.ReadInt32BigEndian(_received.AsSpan(_start + FrameHeader.Size));
        _start += FrameHeader.Size + (int)header.Length;
        return true;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            _received.AsSpan(_start, _end - _start).CopyTo(_received);
            _end -= _start;
            _start = 0;
        }
        try
        {
            int count = await _socket.ReceiveAsync(_received.AsMemory(_end), cancellation).ConfigureAwait(false);
            _end += count;
            return count > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async ValueTask SendAsync(FrameType type, ReadOnlyMemory<byte> payload)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(type, (uint)payload.Length).Write(frame);
        payload.CopyTo(frame.AsMemory(FrameHeader.Size));
        try
        {
            for (int sent = 0; sent < frame.Length;)
                sent += await _socket.SendAsync(frame.AsMemory(sent)).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // The process has ended: the reader learns of it.
        }
    }
}
