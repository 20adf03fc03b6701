namespace Slipway.Store.Recipes.Deflate;

/// <summary>A canonical Huffman code (RFC 1951, section 3.2.2), both ways.</summary>
internal sealed class HuffmanCode
{
    private const int LongestCode = 15;
    private readonly byte[] _lengths;
    private readonly ushort[] _codes;

    // By the next bits of the stream: symbol and length of its code; 0 where no code begins so.
    private readonly ushort[] _symbols;
    private readonly int _longest;

    /// <param name="lengths">Bits of each symbol's code; 0 for a symbol that has none.</param>
    public HuffmanCode(ReadOnlySpan<byte> lengths)
    {
        _lengths = lengths.ToArray();
        _codes = new ushort[lengths.Length];
        Span<int> counts = stackalloc int[LongestCode + 1], next = stackalloc int[LongestCode + 2];
        counts.Clear();
        foreach (byte length in lengths)
            counts[length]++;
        counts[0] = 0;
        next.Clear();
        for (int length = 1; length <= LongestCode; length++)
        {
            next[length + 1] = (next[length] + counts[length]) << 1;
            if (next[length] + counts[length] > 1 << length)
                throw new DeflateException("a Huffman code has more symbols than its lengths allow");
            if (counts[length] > 0)
                _longest = length;
        }
        _symbols = new ushort[1 << _longest];
        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length == 0)
                continue;
            int code = Reverse(next[length]++, length);
            _codes[symbol] = (ushort)code;
            for (int at = code; at < _symbols.Length; at += 1 << length)
                _symbols[at] = (ushort)((symbol << 4) | length);
        }
    }

    /// <summary>The codes of a block that has none of its own (RFC 1951, section 3.2.6).</summary>
    public static HuffmanCode FixedLiterals { get; } = new([.. Enumerable.Repeat((byte)8, 144), .. Enumerable.Repeat((byte)9, 112), .. Enumerable.Repeat((byte)7, 24), .. Enumerable.Repeat((byte)8, 8)]);

    /// <inheritdoc cref="FixedLiterals"/>
    public static HuffmanCode FixedDistances { get; } = new([.. Enumerable.Repeat((byte)5, 32)]);

    public int Read(BitReader from)
    {
        int entry = _symbols[from.Peek(_longest)];
        if (entry == 0)
            throw new DeflateException("a code is not one of its block's");
        from.Drop(entry & 15);
        return entry >> 4;
    }

    public void Write(BitWriter to, int symbol)
    {
        if (_lengths[symbol] == 0)
            throw new DeflateException("a symbol has no code in its block");
        to.Write(_codes[symbol], _lengths[symbol]);
    }

    private static int Reverse(int code, int length)
    {
        int reversed = 0;
        for (int i = 0; i < length; i++, code >>= 1)
            reversed = (reversed << 1) | (code & 1);
        return reversed;
    }
}
