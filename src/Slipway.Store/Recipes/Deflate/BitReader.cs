namespace Slipway.Store.Recipes.Deflate;

/// <summary>Reads bits as deflate packs them, lowest first. Does not close the stream.</summary>
internal sealed class BitReader(Stream source)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start, _end;
    private ulong _bits;
    private int _count;
    private bool _ended;

    /// <summary>The next bits, without taking them; zeroes where the stream ends.</summary>
    public uint Peek(int count)
    {
        if (_count < count)
            Refill();
        return (uint)(_bits & ((1UL << count) - 1));
    }

    /// <summary>Takes bits that were looked at.</summary>
    public void Drop(int count)
    {
        if (_count < count)
            throw new DeflateException("the stream is cut");
        _bits >>= count;
        _count -= count;
    }

    public uint Read(int count)
    {
        uint value = Peek(count);
        Drop(count);
        return value;
    }

    /// <summary>What fills up the last byte.</summary>
    public uint ReadPadding() => Read(_count & 7);

    /// <summary>Whole bytes; only after <see cref="ReadPadding"/>.</summary>
    /// <returns>How many there were: less at the end only.</returns>
    public int ReadBytes(Span<byte> to)
    {
        int done = 0;
        for (; done < to.Length && _count > 0; done++)
        {
            to[done] = (byte)_bits;
            Drop(8);
        }
        while (done < to.Length && FillBuffer())
        {
            int length = Math.Min(to.Length - done, _end - _start);
            _buffer.AsSpan(_start, length).CopyTo(to[done..]);
            _start += length;
            done += length;
        }
        return done;
    }

    private void Refill()
    {
        while (_count <= 56 && FillBuffer())
        {
            _bits |= (ulong)_buffer[_start++] << _count;
            _count += 8;
        }
    }

    private bool FillBuffer()
    {
        if (_start < _end)
            return true;
        if (_ended)
            return false;
        (_start, _end) = (0, source.Read(_buffer));
        _ended = _end == 0;
        return !_ended;
    }
}
