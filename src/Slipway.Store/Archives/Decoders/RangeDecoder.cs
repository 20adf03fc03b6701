namespace Slipway.Store.Archives.Decoders;

/// <summary>The range coder of LZMA: bits by their probabilities, which adapt.</summary>
internal sealed class RangeDecoder
{
    /// <summary>A bit of which nothing is known yet.</summary>
    public const ushort Even = 1 << 10;

    private const int ProbabilityBits = 11, MoveBits = 5;
    private const uint Top = 1u << 24;
    private byte[] _bytes = [];
    private int _at;
    private int _length;
    private uint _range;
    private uint _code;

    /// <summary>Whether the chunk was used up and ended as it should.</summary>
    public bool IsFinished => _at == _length && _code == 0;

    /// <summary>Begins with a chunk.</summary>
    public void Begin(byte[] bytes, int length)
    {
        (_bytes, _length, _at, _range, _code) = (bytes, length, 0, uint.MaxValue, 0);
        if (Next() != 0)
            throw new InvalidDataException("lzma: a chunk begins wrongly");
        for (int i = 0; i < 4; i++)
            _code = (_code << 8) | Next();
    }

    /// <summary>One bit.</summary>
    public uint Bit(ref ushort probability)
    {
        Normalize();
        uint bound = (_range >> ProbabilityBits) * probability;
        if (_code < bound)
        {
            _range = bound;
            probability += (ushort)(((1 << ProbabilityBits) - probability) >> MoveBits);
            return 0;
        }
        _range -= bound;
        _code -= bound;
        probability -= (ushort)(probability >> MoveBits);
        return 1;
    }

    /// <summary>Bits that are as likely as not, the highest first.</summary>
    public uint Direct(int count)
    {
        uint result = 0;
        for (; count > 0; count--)
        {
            Normalize();
            _range >>= 1;
            uint bit = _code >= _range ? 1u : 0;
            _code -= bit * _range;
            result = (result << 1) | bit;
        }
        return result;
    }

    /// <summary>A number by a tree of bits, the highest first.</summary>
    public uint Tree(Span<ushort> probabilities, int bits)
    {
        uint place = 1;
        for (int i = 0; i < bits; i++)
            place = (place << 1) | Bit(ref probabilities[(int)place]);
        return place - (1u << bits);
    }

    /// <summary>A number by a tree of bits, the lowest first.</summary>
    public uint ReverseTree(Span<ushort> probabilities, int bits)
    {
        uint place = 1, result = 0;
        for (int i = 0; i < bits; i++)
        {
            uint bit = Bit(ref probabilities[(int)place]);
            place = (place << 1) | bit;
            result |= bit << i;
        }
        return result;
    }

    /// <summary>Does what the last bit left to the next, so that the end can be judged.</summary>
    public void Normalize()
    {
        if (_range >= Top)
            return;
        _range <<= 8;
        _code = (_code << 8) | Next();
    }

    private byte Next() => _at < _length ? _bytes[_at++] : throw new InvalidDataException("lzma: a chunk is too short");
}
