using System.Text;

namespace Slipway.Api.Http2;

/// <summary>
/// The code that header texts are packed with (RFC 7541, appendix B). It is canonical: the lengths of the symbols' codes say which they are.
/// </summary>
internal static class HuffmanCode
{
    // A letter a symbol, from 0 to 255 and the end: A is 5 bits, B 6, and so on.
    private const string Lengths =
        "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHFIBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX"
        + "PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRSVVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWVZ";

    private const int Shortest = 5, Longest = 30;

    // By length: the first code, and the symbols in the order of their codes.
    private static readonly (uint First, int[] Symbols)[] s_byLength = Make();

    /// <exception cref="Http2Exception">No text of that code.</exception>
    public static string Decode(ReadOnlySpan<byte> packed)
    {
        var bytes = new List<byte>(packed.Length * 2);
        uint code = 0;
        int length = 0;
        foreach (byte b in packed)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                code = (code << 1) | (uint)((b >> bit) & 1);
                length++;
                if (length < Shortest)
                    continue;
                (uint first, int[] symbols) = s_byLength[length - Shortest];
                if (code - first < symbols.Length && code >= first)
                {
                    int symbol = symbols[code - first];
                    if (symbol > byte.MaxValue)
                        throw new Http2Exception("a header's text has the end symbol in it");
                    bytes.Add((byte)symbol);
                    (code, length) = (0, 0);
                }
                else if (length == Longest)
                {
                    throw new Http2Exception("a header's text is not packed as HTTP/2 has it");
                }
            }
        }
        // What is left is the beginning of the end symbol: ones, fewer than a byte of them.
        if (length > 7 || code != (1u << length) - 1)
            throw new Http2Exception("a header's text ends within a character");
        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static (uint, int[])[] Make()
    {
        var table = new (uint, int[])[Longest - Shortest + 1];
        uint code = 0;
        for (int length = Shortest; length <= Longest; length++)
        {
            int[] symbols = [.. Enumerable.Range(0, Lengths.Length).Where(symbol => Lengths[symbol] - 'A' + Shortest == length)];
            table[length - Shortest] = (code, symbols);
            code = (code + (uint)symbols.Length) << 1;
        }
        return table;
    }
}
