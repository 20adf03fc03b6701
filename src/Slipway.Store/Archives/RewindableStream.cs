namespace Slipway.Store.Archives;

/// <summary>
/// A source that can be stepped back a little. GZipStream reads ahead, and gives back what lies behind the last member by seeking,
/// if it can: so this says it can, and garbage at the end is seen instead of lost.
/// </summary>
internal sealed class RewindableStream(Stream source, bool leaveOpen) : Stream
{
    private readonly byte[] _buffer = new byte[128 * 1024];
    private int _next;
    private int _filled;
    private long _position;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => _position; set => Seek(value, SeekOrigin.Begin); }

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
        {
            int read = source.Read(_buffer, 0, _buffer.Length);
            // At the end the last bytes stay, for stepping back.
            if (read == 0)
                return 0;
            (_next, _filled) = (0, read);
        }
        int length = Math.Min(buffer.Length, _filled - _next);
        _buffer.AsSpan(_next, length).CopyTo(buffer);
        _next += length;
        _position += length;
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin)
    {
        long step = origin switch
        {
            SeekOrigin.Current => offset,
            SeekOrigin.Begin => offset - _position,
            _ => throw new NotSupportedException(),
        };
        if (_next + step < 0 || _next + step > _filled)
            throw new NotSupportedException("only what was read last can be read again");
        _next += (int)step;
        return _position += step;
    }

    public override void Flush() => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
            source.Dispose();
        base.Dispose(disposing);
    }
}
