namespace Slipway.Store.Recipes;

// How a layer's tar is made of its tree, as TarRecorder writes it down and RecordedTar reads it; numbers as RecordWriter has them:
//   Raw length bytes        headers, padding, and content that the tree does not have (any more)
//   File length path        what follows is about this file of the tree; the path from the tree's root, without a slash before it
//   Copy offset length      bytes of that file
//   Sum (8 bytes)           the first bytes of the SHA-256 of all that was copied of it: names the file that has changed
//   End

/// <summary>A part of a layer's tar.</summary>
internal enum TarOperation : byte
{
    /// <summary>The tar ends.</summary>
    End,

    /// <summary>Bytes that follow.</summary>
    Raw,

    /// <summary>Names a file.</summary>
    File,

    /// <summary>Bytes of the file.</summary>
    Copy,

    /// <summary>Ends the file.</summary>
    Sum,
}
