using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Store.Archives;

namespace Slipway.Store.Comparing;

/// <summary>Extended attributes that belong to an image's content; overlayfs' own and the host's are nobody's difference.</summary>
internal static class ContentAttributes
{
    /// <summary>Whether both files have the same ones.</summary>
    public static bool AreEqual(SafeFd one, SafeFd other)
    {
        byte[][] keys = Of(one);
        return keys.SequenceEqual(Of(other), ByteKey.Comparer) && keys.All(k => one.FindXattr(k).AsSpan().SequenceEqual(other.FindXattr(k)));
    }

    private static byte[][] Of(SafeFd file) => [.. file.ListXattrs().Where(k => XattrPolicy.IsContent(k))];
}
