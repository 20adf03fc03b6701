namespace Slipway.Store.Recipes.Deflate;

/// <summary>The two codes of a block, with the bits that describe them as they stand in the stream (RFC 1951, section 3.2.7).</summary>
/// <param name="Literals">Of literals and lengths.</param>
/// <param name="Distances">Of distances.</param>
/// <param name="Bits">Their description; empty for the fixed codes.</param>
/// <param name="BitCount">How many bits that are.</param>
internal sealed record BlockCodes(HuffmanCode Literals, HuffmanCode Distances, byte[] Bits, int BitCount)
{
    public static BlockCodes Fixed { get; } = new(HuffmanCode.FixedLiterals, HuffmanCode.FixedDistances, [], 0);

    /// <summary>Reads the description of a block's own codes.</summary>
    public static BlockCodes Read(BitReader source)
    {
        var copy = new BitWriter();
        int count = 0;
        int literals = (int)Take(5) + 257, distances = (int)Take(5) + 1, codeLengths = (int)Take(4) + 4;
        Span<byte> lengths = stackalloc byte[19];
        lengths.Clear();
        for (int i = 0; i < codeLengths; i++)
            lengths[DeflateAlphabet.CodeLengthOrder[i]] = (byte)Take(3);
        var code = new HuffmanCode(lengths);
        byte[] all = new byte[literals + distances];
        for (int done = 0; done < all.Length;)
        {
            int symbol = code.Read(source);
            code.Write(copy, symbol);
            count += lengths[symbol];
            (byte value, int repeat) = symbol switch
            {
                16 => (done > 0 ? all[done - 1] : throw new DeflateException("a repeated length has nothing before it"), 3 + (int)Take(2)),
                17 => ((byte)0, 3 + (int)Take(3)),
                18 => ((byte)0, 11 + (int)Take(7)),
                _ => ((byte)symbol, 1),
            };
            if (repeat > all.Length - done)
                throw new DeflateException("there are more code lengths than symbols");
            all.AsSpan(done, repeat).Fill(value);
            done += repeat;
        }
        return new(new HuffmanCode(all.AsSpan(0, literals)), new HuffmanCode(all.AsSpan(literals)), copy.ToArray(), count);

        uint Take(int bits)
        {
            uint value = source.Read(bits);
            copy.Write(value, bits);
            count += bits;
            return value;
        }
    }
}
