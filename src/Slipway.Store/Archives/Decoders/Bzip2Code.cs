namespace Slipway.Store.Archives.Decoders;

/// <summary>One Huffman code of a bzip2 block: symbols by length and, within one, by number.</summary>
internal sealed class Bzip2Code
{
    private const int MaxLength = 20;
    private readonly int[] _limits = new int[MaxLength + 2];
    private readonly int[] _offsets = new int[MaxLength + 2];
    private readonly ushort[] _symbols;
    private readonly int _shortest;

    private Bzip2Code(byte[] lengths)
    {
        _symbols = [.. Enumerable.Range(0, lengths.Length).OrderBy(symbol => lengths[symbol]).Select(symbol => (ushort)symbol)];
        _shortest = lengths.Min();
        int code = 0, before = 0;
        for (int length = 1; length <= MaxLength; length++)
        {
            int count = lengths.Count(l => l == length);
            _offsets[length] = before - code;
            code += count;
            before += count;
            _limits[length] = code;
            code <<= 1;
        }
    }

    /// <summary>Reads the lengths: the first as it is, each other as its difference.</summary>
    public static Bzip2Code Read(BitSource bits, int symbols)
    {
        var lengths = new byte[symbols];
        int length = (int)bits.Take(5);
        for (int i = 0; i < symbols; i++)
        {
            while (true)
            {
                if (length is < 1 or > MaxLength)
                    throw new InvalidDataException("bzip2: an impossible code");
                if (bits.Take(1) == 0)
                    break;
                length += bits.Take(1) == 0 ? 1 : -1;
            }
            lengths[i] = (byte)length;
        }
        return new(lengths);
    }

    /// <summary>The next symbol.</summary>
    public int Next(BitSource bits)
    {
        int code = (int)bits.Take(_shortest);
        for (int length = _shortest; length <= MaxLength; length++)
        {
            if (code < _limits[length])
            {
                int place = code + _offsets[length];
                return place >= 0 && place < _symbols.Length ? _symbols[place] : throw new InvalidDataException("bzip2: a code that means nothing");
            }
            code = (code << 1) | (int)bits.Take(1);
        }
        throw new InvalidDataException("bzip2: a code that means nothing");
    }
}
