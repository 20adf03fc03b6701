using Slipway.Oci.Streams;

namespace Slipway.Store.Archives;

/// <summary>One entry's content with its holes as zeroes.</summary>
internal sealed class TarContentStream(TarEntryReader reader, long size) : ReadOnlyStream
{
    private readonly TarEntry? _entry = reader.Current;
    private byte[] _pending = [];
    private int _taken;
    private long _pendingAt;
    private long _position;

    public override long Length => size;
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (!ReferenceEquals(_entry, reader.Current))
            throw new InvalidOperationException("the archive has gone on to another entry");
        int length = (int)Math.Min(buffer.Length, size - _position);
        if (length == 0)
            return 0;
        length = _entry?.Extents is null ? reader.ReadData(buffer[..length], out _) : ReadSparse(buffer[..length]);
        _position += length;
        return length;
    }

    // Data comes in pieces that know their place; until the next piece's place there is only zero.
    private int ReadSparse(Span<byte> buffer)
    {
        if (_taken == _pending.Length)
            Fetch();
        long next = _pending.Length == 0 ? size : _pendingAt + _taken;
        if (_position < next)
        {
            int hole = (int)Math.Min(buffer.Length, next - _position);
            buffer[..hole].Clear();
            return hole;
        }
        int length = Math.Min(buffer.Length, _pending.Length - _taken);
        _pending.AsSpan(_taken, length).CopyTo(buffer);
        _taken += length;
        return length;
    }

    private void Fetch()
    {
        byte[] piece = new byte[16 * 1024];
        int length = reader.ReadData(piece, out _pendingAt);
        (_pending, _taken) = (piece[..length], 0);
    }
}
