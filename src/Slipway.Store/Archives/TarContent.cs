namespace Slipway.Store.Archives;

/// <summary>What is left to read of one entry's content.</summary>
/// <param name="reader">The archive.</param>
/// <param name="extents">Where the data belongs; null for a file without holes.</param>
/// <param name="left">Bytes of data that are still in the archive.</param>
/// <param name="stored">Bytes that the entry takes in the archive, which decide the padding after it.</param>
internal sealed class TarContent(TarEntryReader reader, List<TarExtent>? extents, long left, long stored)
{
    private long _position;
    private int _extent;
    private long _inExtent;
    private long _left = left;

    public long Stored => stored;

    public int Read(Span<byte> buffer, out long offset)
    {
        offset = _position;
        if (_left == 0 || buffer.IsEmpty)
            return 0;
        int length = (int)Math.Min(buffer.Length, _left);
        if (extents is not null)
        {
            while (_inExtent == extents[_extent].Length)
                (_extent, _inExtent) = (_extent + 1, 0);
            length = (int)Math.Min(length, extents[_extent].Length - _inExtent);
            offset = extents[_extent].Offset + _inExtent;
            _inExtent += length;
        }
        reader.ReadExactly(buffer[..length], "file");
        _left -= length;
        _position += length;
        return length;
    }
}
