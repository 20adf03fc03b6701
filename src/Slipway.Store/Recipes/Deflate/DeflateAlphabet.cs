namespace Slipway.Store.Recipes.Deflate;

/// <summary>The symbols of RFC 1951, section 3.2.5: which lengths and distances they stand for.</summary>
internal static class DeflateAlphabet
{
    public const int EndOfBlock = 256, FirstLength = 257, MinMatch = 3, MaxMatch = 258, MaxDistance = 32768;
    public const int LiteralSymbols = 286, DistanceSymbols = 30;

    private static readonly byte[] s_lengthSymbol = new byte[MaxMatch + 1];

    /// <summary>The order in which the lengths of the code lengths' own code stand.</summary>
    public static ReadOnlySpan<byte> CodeLengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    public static ReadOnlySpan<ushort> LengthBase => [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    public static ReadOnlySpan<byte> LengthExtra => [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    public static ReadOnlySpan<ushort> DistanceBase =>
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];

    public static ReadOnlySpan<byte> DistanceExtra => [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    static DeflateAlphabet()
    {
        for (int symbol = 0; symbol < LengthBase.Length; symbol++)
        {
            for (int length = LengthBase[symbol]; length <= MaxMatch; length++)
                s_lengthSymbol[length] = (byte)symbol;
        }
    }

    /// <summary>Index of the symbol of a length, 0 for <see cref="FirstLength"/>.</summary>
    public static int LengthSymbol(int length) => s_lengthSymbol[length];

    /// <summary>The symbol of a distance.</summary>
    public static int DistanceSymbol(int distance)
    {
        int low = distance - 1;
        if (low < 4)
            return low;
        // Two symbols for each power of two.
        int bits = System.Numerics.BitOperations.Log2((uint)low);
        return 2 * bits + ((low >> (bits - 1)) & 1);
    }
}
