using Slipway.Oci;

namespace Slipway.Store.Recipes;

/// <summary>Reads what a <see cref="RecordWriter"/> wrote.</summary>
internal sealed class RecordReader(Stream from)
{
    private readonly byte[] _buffer = new byte[32 * 1024];
    private int _start, _end;

    public byte Byte()
    {
        if (_start == _end)
            Fill();
        return _buffer[_start++];
    }

    public long Number()
    {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            byte b = Byte();
            value |= (long)(b & 0x7f) << shift;
            if (b < 0x80)
                return value;
        }
        throw Damaged();
    }

    /// <summary>A number with a bound.</summary>
    public int Number(int most) => Number() is long value && value <= most ? (int)value : throw Damaged();

    /// <summary>Some of the next bytes, at least one.</summary>
    public int Read(Span<byte> to)
    {
        if (_start == _end)
            Fill();
        int length = Math.Min(to.Length, _end - _start);
        _buffer.AsSpan(_start, length).CopyTo(to);
        _start += length;
        return length;
    }

    public byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        for (int done = 0; done < length;)
            done += Read(bytes.AsSpan(done));
        return bytes;
    }

    public static SlipwayException Damaged() => new(ErrorKind.Corrupt, "the recipe is damaged");

    private void Fill()
    {
        (_start, _end) = (0, from.Read(_buffer));
        if (_end == 0)
            throw Damaged();
    }
}
