using Slipway.Oci.Streams;

namespace Slipway.Store.Archives;

/// <summary>A packed source: shows its first bytes, and knows whether its reader has been told of its end.</summary>
internal sealed class PackedStream(Stream source, bool leaveOpen) : ReadOnlyStream
{
    private readonly byte[] _buffer = new byte[128 * 1024];
    private int _next;
    private int _filled;

    /// <summary>Whether a read has returned 0. A decoder that ends without having asked so far has found something behind its last frame.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The next bytes, without taking them; fewer only at the end.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        while (_filled - _next < count)
        {
            int length = source.Read(_buffer, _filled, _buffer.Length - _filled);
            if (length == 0)
                break;
            _filled += length;
        }
        return _buffer.AsSpan(_next, Math.Min(count, _filled - _next));
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        if (_next == _filled)
            (_next, _filled) = (0, source.Read(_buffer, 0, _buffer.Length));
        int length = Math.Min(buffer.Length, _filled - _next);
        _buffer.AsSpan(_next, length).CopyTo(buffer);
        _next += length;
        HasEnded |= length == 0;
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
            source.Dispose();
        base.Dispose(disposing);
    }
}
