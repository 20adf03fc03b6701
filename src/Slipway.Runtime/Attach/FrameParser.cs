namespace Slipway.Runtime.Attach;

/// <summary>Takes what <see cref="FrameParser"/> finds.</summary>
internal interface IFrameSink
{
    /// <summary>Some bytes of a stdin, stdout or stderr frame, as they come: a frame may arrive in several pieces.</summary>
    void OnBytes(FrameType type, ReadOnlySpan<byte> bytes);

    /// <summary>A whole frame of any other type; false when it makes no sense.</summary>
    bool OnControl(FrameType type, ReadOnlySpan<byte> payload);
}

/// <summary>Splits a byte stream into frames, in any pieces, with a fixed amount of memory whatever the other side claims (invariant I8).</summary>
internal sealed class FrameParser(IFrameSink sink)
{
    private const int MaxControlPayload = 16;

    private readonly byte[] _held = new byte[FrameHeader.Size + MaxControlPayload];
    private int _heldCount;
    private FrameHeader _header;
    private uint _remaining;
    private bool _inStream;

    /// <summary>Goes on with the next bytes; false when they are no frames of ours: the connection is to be dropped.</summary>
    public bool Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_inStream)
                FeedStream(ref bytes);
            else if (!FeedHeld(ref bytes))
                return false;
        }
        return true;
    }

    private void FeedStream(ref ReadOnlySpan<byte> bytes)
    {
        int count = (int)Math.Min((uint)bytes.Length, _remaining);
        sink.OnBytes(_header.Type, bytes[..count]);
        bytes = bytes[count..];
        _remaining -= (uint)count;
        _inStream = _remaining > 0;
    }

    private bool FeedHeld(ref ReadOnlySpan<byte> bytes)
    {
        int wanted = _heldCount < FrameHeader.Size ? FrameHeader.Size : FrameHeader.Size + (int)_header.Length;
        int count = Math.Min(bytes.Length, wanted - _heldCount);
        bytes[..count].CopyTo(_held.AsSpan(_heldCount));
        bytes = bytes[count..];
        _heldCount += count;
        if (_heldCount < wanted)
            return true;
        return wanted == FrameHeader.Size ? BeginFrame() : EndControl();
    }

    private bool BeginFrame()
    {
        _header = FrameHeader.Read(_held);
        if (_header.Type <= FrameType.Stderr)
        {
            _heldCount = 0;
            _remaining = _header.Length;
            _inStream = _remaining > 0;
            // Says that its sender has to do with the stream, which is news of its own.
            if (!_inStream)
                sink.OnBytes(_header.Type, []);
            return true;
        }
        if (_header.Length > MaxControlPayload)
            return false;
        return _header.Length > 0 || EndControl();
    }

    private bool EndControl()
    {
        _heldCount = 0;
        return sink.OnControl(_header.Type, _held.AsSpan(FrameHeader.Size, (int)_header.Length));
    }
}
