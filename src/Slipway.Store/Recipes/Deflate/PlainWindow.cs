namespace Slipway.Store.Recipes.Deflate;

/// <summary>The plain bytes around the place where a stream is being understood or written again: what matches may reach back to, and what comes.</summary>
internal sealed class PlainWindow
{
    /// <summary>A prediction looks no further ahead than this: the longest match, from the next place on, and the bytes of a hash.</summary>
    public const int Ahead = 1024;

    private const int Capacity = 256 * 1024;

    public byte[] Bytes { get; } = new byte[Capacity];

    /// <summary>The next byte that is not yet part of a token.</summary>
    public int Position { get; set; }

    /// <summary>End of what is known.</summary>
    public int End { get; set; }

    /// <summary>Room for more.</summary>
    public Span<byte> Free => Bytes.AsSpan(End);

    /// <summary>Makes room where less than <paramref name="room"/> is left. All before the position and the reach of a match goes.</summary>
    /// <returns>By how much everything moved.</returns>
    public int MakeRoom(int room)
    {
        if (Capacity - End >= room)
            return 0;
        // A whole number of the widest distance: the chains are indexed by the position modulo that.
        int shift = Math.Max(0, Position - DeflateAlphabet.MaxDistance) / DeflateAlphabet.MaxDistance * DeflateAlphabet.MaxDistance;
        Bytes.AsSpan(shift, End - shift).CopyTo(Bytes);
        Position -= shift;
        End -= shift;
        return shift;
    }
}
