using Microsoft.Win32.SafeHandles;
using Slipway.Oci.Streams;

namespace Slipway.Store.Recipes;

/// <summary>Some bytes of an open file, with a position of their own. The file stays open.</summary>
internal sealed class FilePart(SafeFileHandle file, long offset, long length) : ReadOnlyStream
{
    private long _position;

    public override long Length => length;
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int read = RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, length - _position)], offset + _position);
        _position += read;
        return read;
    }
}
