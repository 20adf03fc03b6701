namespace Slipway.Store.Archives.Decoders;

/// <summary>Bits of a stream, the highest of each byte first.</summary>
internal sealed class BitSource(Stream packed)
{
    private readonly ByteSource _bytes = new(packed);
    private uint _kept;
    private int _count;

    /// <summary>Whether there is nothing more. Only asked between bytes.</summary>
    public bool IsAtEnd
    {
        get
        {
            if (_count > 0)
                return false;
            int next = _bytes.TryNext();
            if (next < 0)
                return true;
            (_kept, _count) = ((uint)next, 8);
            return false;
        }
    }

    /// <summary>The next bits as a number.</summary>
    /// <param name="count">At most 24.</param>
    public uint Take(int count)
    {
        while (_count < count)
        {
            _kept = (_kept << 8) | _bytes.Next();
            _count += 8;
        }
        _count -= count;
        return (_kept >> _count) & ((1u << count) - 1);
    }

    /// <summary>Leaves out the rest of a byte.</summary>
    public void Align() => _count -= _count % 8;
}
