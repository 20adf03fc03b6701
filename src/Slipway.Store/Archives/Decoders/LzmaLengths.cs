namespace Slipway.Store.Archives.Decoders;

/// <summary>Lengths of matches: 2 to 273, short ones cheaper.</summary>
internal sealed class LzmaLengths
{
    private const int Positions = 16, LowBits = 3, HighBits = 8;
    private readonly ushort[] _choices = new ushort[2];
    private readonly ushort[] _low = new ushort[Positions << LowBits];
    private readonly ushort[] _middle = new ushort[Positions << LowBits];
    private readonly ushort[] _high = new ushort[1 << HighBits];

    public void Reset()
    {
        foreach (ushort[] probabilities in (ReadOnlySpan<ushort[]>)[_choices, _low, _middle, _high])
            Array.Fill(probabilities, RangeDecoder.Even);
    }

    public int Next(RangeDecoder range, int position)
    {
        const int Shortest = 2;
        if (range.Bit(ref _choices[0]) == 0)
            return Shortest + (int)range.Tree(_low.AsSpan(position << LowBits, 1 << LowBits), LowBits);
        if (range.Bit(ref _choices[1]) == 0)
            return Shortest + (1 << LowBits) + (int)range.Tree(_middle.AsSpan(position << LowBits, 1 << LowBits), LowBits);
        return Shortest + (2 << LowBits) + (int)range.Tree(_high, HighBits);
    }
}
