namespace Slipway.Store.Recipes.Deflate;

/// <summary>Writes bits as deflate packs them, lowest first, into memory that is taken away by <see cref="Take"/>.</summary>
internal sealed class BitWriter
{
    private byte[] _buffer = new byte[96 * 1024];
    private int _start, _end;
    private ulong _bits;
    private int _count;

    /// <summary>Whole bytes that can be taken.</summary>
    public int Length => _end - _start;

    /// <summary>At most 32 at a time.</summary>
    public void Write(uint bits, int count)
    {
        _bits |= (ulong)bits << _count;
        _count += count;
        for (; _count >= 8; _count -= 8)
        {
            Add((byte)_bits);
            _bits >>= 8;
        }
    }

    public void Write(ReadOnlySpan<byte> bytes, int bitCount)
    {
        for (; bitCount > 0; bitCount -= 8, bytes = bytes[1..])
            Write(bitCount >= 8 ? bytes[0] : bytes[0] & ((1u << bitCount) - 1), Math.Min(bitCount, 8));
    }

    /// <summary>Fills up the last byte.</summary>
    public void WritePadding(uint bits)
    {
        if (_count > 0)
            Write(bits, 8 - _count);
    }

    /// <summary>Whole bytes; only after <see cref="WritePadding"/>.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
            Add(b);
    }

    public int Take(Span<byte> to)
    {
        int length = Math.Min(to.Length, Length);
        _buffer.AsSpan(_start, length).CopyTo(to);
        _start += length;
        if (_start == _end)
            _start = _end = 0;
        return length;
    }

    /// <summary>All that was written, with zeroes in the last byte.</summary>
    public byte[] ToArray()
    {
        WritePadding(0);
        return _buffer.AsSpan(_start, Length).ToArray();
    }

    private void Add(byte value)
    {
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        _buffer[_end++] = value;
    }
}
