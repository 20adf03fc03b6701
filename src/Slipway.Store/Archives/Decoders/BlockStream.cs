using Slipway.Oci.Streams;

namespace Slipway.Store.Archives.Decoders;

/// <summary>The plain side of a format that is decoded block by block.</summary>
internal abstract class BlockStream : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _block;

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
}
