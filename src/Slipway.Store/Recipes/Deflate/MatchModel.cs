namespace Slipway.Store.Recipes.Deflate;

/// <summary>How a compressor hashes the bytes at a place.</summary>
internal enum MatchHash
{
    /// <summary>zlib's and gzip's: three bytes, 15 bits.</summary>
    Three,

    /// <summary>Go's: four bytes, 17 bits.</summary>
    FourGo,

    /// <summary>zlib-ng's: four bytes, 16 bits.</summary>
    FourNg,
}

/// <summary>
/// What is known of how a compressor chooses its matches. A model that fits makes for few corrections; none makes for wrong bytes.
/// </summary>
/// <param name="Hash">What counts as a candidate.</param>
/// <param name="Chain">So many candidates are looked at.</param>
/// <param name="Nice">A match of this length is taken at once.</param>
/// <param name="Good">Where the match before has this length, only a quarter of the candidates are looked at.</param>
/// <param name="Lazy">Where a match is shorter, the next place is tried too; 0: never.</param>
/// <param name="Insert">Places within a match that is longer are no candidates; only without lazy matching.</param>
/// <param name="Distance">No match is farther away.</param>
internal sealed record MatchModel(MatchHash Hash, int Chain, int Nice, int Good, int Lazy, int Insert, int Distance)
{
    private const int ZlibDistance = 32768 - 262, Far = 4096;

    /// <summary>All of them, by the number under which recipes name them: never another order, only more.</summary>
    public static IReadOnlyList<MatchModel> All { get; } =
    [
        new(MatchHash.FourNg, 1, 258, 258, 0, 0, ZlibDistance), // .NET's Fastest: zlib-ng's level 1, and our own layers
        Zlib(4, 4, 8, 4, lazy: false),
        Zlib(4, 5, 16, 8, lazy: false),
        Zlib(4, 6, 32, 32, lazy: false),
        Zlib(4, 4, 16, 16),
        Zlib(8, 16, 32, 32),
        Zlib(8, 16, 128, 128), // gzip, pigz and zlib where nothing else is said
        Zlib(8, 32, 128, 256),
        Zlib(32, 128, 258, 1024),
        Zlib(32, 258, 258, 4096),
        Go(16, 8, 0, 5),
        Go(32, 32, 0, 6),
        Go(16, 16, 4, 0),
        Go(32, 32, 16, 0),
        Go(128, 128, 16, 0), // Go's compress/gzip where nothing else is said, and so docker
        Go(128, 256, 32, 0),
        Go(258, 1024, 128, 0),
        Go(258, 4096, 258, 0),
    ];

    public int MinMatch => Hash == MatchHash.Three ? 3 : 4;

    /// <summary>Whether a match of the least length is too far away to be worth it; zlib looks at that only where it is lazy.</summary>
    public bool IsTooFar(int length, int distance) => length == MinMatch && distance > Far && (Hash == MatchHash.FourGo || Lazy > 0);

    private static MatchModel Zlib(int good, int limit, int nice, int chain, bool lazy = true) =>
        new(MatchHash.Three, chain, nice, good, lazy ? limit : 0, lazy ? 0 : limit, ZlibDistance);

    // Its search of the next place starts without what the place before has found.
    private static MatchModel Go(int nice, int chain, int lazy, int insert) => new(MatchHash.FourGo, chain, nice, int.MaxValue, lazy, insert, DeflateAlphabet.MaxDistance);
}
