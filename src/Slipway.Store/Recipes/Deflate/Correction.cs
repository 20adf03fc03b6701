namespace Slipway.Store.Recipes.Deflate;

// The decisions of a gzip stream's writer, as GzipSplitter writes them down and GzipJoiner reads them; numbers as RecordWriter has them:
//   member := 'M' length header  block* padding(1 byte) trailer(8 bytes)      one gzip member; then another, or
//   end    := 'E' length bytes                                                whatever follows the last
//   block  := type (0 stored, 1 fixed, 2 dynamic; + 4 where it is the last)
//             stored: padding(1 byte) length     dynamic: bits, and the description of its codes     then, but for stored blocks, tokens
//   tokens := (run Correction …)*  so many tokens are as predicted, then one is not; the last is the end of the block

/// <summary>How a token differs from what was predicted.</summary>
internal enum Correction : byte
{
    /// <summary>The block ends.</summary>
    End,

    /// <summary>A literal.</summary>
    Literal,

    /// <summary>A match; length and distance follow.</summary>
    Match,

    /// <summary>The match has another length, which follows.</summary>
    Length,

    /// <summary>The match has another distance, which follows.</summary>
    Distance,
}
