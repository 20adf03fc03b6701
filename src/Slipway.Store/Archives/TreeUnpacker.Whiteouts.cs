using Slipway.Linux.Files;

namespace Slipway.Store.Archives;

public sealed partial class TreeUnpacker
{
    private static ReadOnlySpan<byte> Prefix => ".wh."u8;

    private static ReadOnlySpan<byte> OpaqueMarker => ".wh..wh..opq"u8;

    // True when the path was a whiteout and has been dealt with. It hides what lower layers have; what this layer has stays.
    private bool TryWhiteout(byte[] path)
    {
        foreach (Range part in PathBytes.Parent(path).Split((byte)'/'))
        {
            if (PathBytes.Parent(path)[part].StartsWith(Prefix))
                throw PathBytes.Refused(path, "a whiteout can't be a directory");
        }
        ReadOnlySpan<byte> leaf = PathBytes.Leaf(path);
        if (!leaf.StartsWith(Prefix))
            return false;
        if (leaf.SequenceEqual(OpaqueMarker))
        {
            Parent(path).Handle.SetXattr(XattrPolicy.Opaque, "y"u8);
            return true;
        }
        ReadOnlySpan<byte> hidden = leaf[Prefix.Length..];
        // The rest of .wh..wh.* is reserved, and was once aufs' own.
        if (hidden.IsEmpty || hidden.SequenceEqual("."u8) || hidden.SequenceEqual(".."u8) || hidden.StartsWith(Prefix))
            throw PathBytes.Refused(path, "it is a whiteout of no name");
        Hide(Parent(path), hidden);
        return true;
    }

    private static void Hide(DirFd parent, ReadOnlySpan<byte> name)
    {
        if (parent.TryMakeNode(name, FileType.CharacterDevice, 0))
            return;
        if (parent.Status(name).IsDirectory)
            parent.SetXattr(name, XattrPolicy.Opaque, "y"u8);
    }

    // Takes away a whiteout that this layer made before, for something to stand in its place.
    private static bool FreeWhiteout(DirFd parent, ReadOnlySpan<byte> name) =>
        parent.TryStatus(name, out FileStatus status) && status.IsWhiteout() && parent.TryUnlink(name);
}
