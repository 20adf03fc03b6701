using System.Buffers;

namespace Slipway.Store.Recipes;

/// <summary>Writes bytes and numbers (LEB128: seven bits a byte, lowest first) one after the other. Does not close the stream.</summary>
internal sealed class RecordWriter(Stream to)
{
    private const int BufferSize = 32 * 1024;
    private readonly ArrayBufferWriter<byte> _buffer = new(BufferSize + 16);

    /// <summary>Bytes that were written so far.</summary>
    public long Length { get; private set; }

    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
        Length++;
        if (_buffer.WrittenCount >= BufferSize)
            Flush();
    }

    public void Number(long value)
    {
        for (; value >= 0x80; value >>= 7)
            Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Flush();
        to.Write(bytes);
        Length += bytes.Length;
    }

    public void Flush()
    {
        to.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }
}
