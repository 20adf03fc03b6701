namespace Slipway.Store.Archives.Decoders;

/// <summary>The plain side of a format that is decoded block by block.</summary>
internal abstract class BlockStream : Stream
{
    private ReadOnlyMemory<byte> _block;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Decodes the next bytes, which are read before this is called again; empty at the end of the last stream.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="EndOfStreamException">It is cut.</exception>
    protected abstract ReadOnlyMemory<byte> NextBlock();

    public override int Read(Span<byte> buffer)
    {
        if (_block.IsEmpty && !buffer.IsEmpty)
            _block = NextBlock();
        int length = Math.Min(buffer.Length, _block.Length);
        _block.Span[..length].CopyTo(buffer);
        _block = _block[length..];
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
