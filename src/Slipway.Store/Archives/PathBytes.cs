using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Store.Archives;

/// <summary>Paths of archives: bytes with slashes.</summary>
internal static class PathBytes
{
    private const int DeepestPath = 512;
    private const int LongestName = 255;
    private const int LongestPath = 4095;

    /// <summary>
    /// The path without slashes at its ends, doubled slashes and <c>.</c>; empty for the root itself.
    /// A <c>..</c> is refused wherever it stands: whether it stays inside depends on links.
    /// </summary>
    /// <exception cref="TarException">Not a path that may be made.</exception>
    public static byte[] Normalize(byte[] path)
    {
        if (IsNormal(path))
            return path;
        var parts = new List<Range>();
        int length = 0;
        foreach (Range range in path.AsSpan().Split((byte)'/'))
        {
            ReadOnlySpan<byte> part = path.AsSpan(range);
            if (part.IsEmpty || part.SequenceEqual("."u8))
                continue;
            Require(part, path);
            parts.Add(range);
            length += part.Length + 1;
        }
        if (parts.Count > DeepestPath || length > LongestPath)
            throw Refused(path, "it is too long or too deep");
        return Join(path, parts, length);
    }

    private static byte[] Join(byte[] path, List<Range> parts, int length)
    {
        if (parts.Count == 0)
            return [];
        byte[] joined = new byte[length - 1];
        int at = 0;
        foreach (Range part in parts)
        {
            if (at > 0)
                joined[at++] = (byte)'/';
            path.AsSpan(part).CopyTo(joined.AsSpan(at));
            at += path.AsSpan(part).Length;
        }
        return joined;
    }

    // One short name, or a few: the usual case takes no memory.
    private static bool IsNormal(ReadOnlySpan<byte> path)
    {
        if (path.Length is 0 or > LongestName || path[^1] == (byte)'/')
            return false;
        foreach (Range range in path.Split((byte)'/'))
        {
            if (path[range].IsEmpty || path[range][0] == (byte)'.')
                return false;
        }
        return true;
    }

    private static void Require(ReadOnlySpan<byte> part, byte[] path)
    {
        if (part.SequenceEqual(".."u8))
            throw Refused(path, "it holds '..'");
        if (part.Length > LongestName)
            throw Refused(path, "a name in it is longer than 255 bytes");
    }

    /// <summary>All before the last slash; empty at the top.</summary>
    public static ReadOnlySpan<byte> Parent(ReadOnlySpan<byte> path) => path.LastIndexOf((byte)'/') is >= 0 and int slash ? path[..slash] : default;

    /// <summary>All after the last slash.</summary>
    public static ReadOnlySpan<byte> Leaf(ReadOnlySpan<byte> path) => path[(path.LastIndexOf((byte)'/') + 1)..];

    /// <summary>Both with a slash between, where both are something.</summary>
    public static byte[] Combine(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name) =>
        parent.IsEmpty ? name.ToArray() : name.IsEmpty ? parent.ToArray() : parent[^1] == (byte)'/' ? [.. parent, .. name] : [.. parent, (byte)'/', .. name];

    /// <summary>For messages.</summary>
    public static string Show(ReadOnlySpan<byte> path) => Printable.Escape(System.Text.Encoding.UTF8.GetString(path));

    /// <summary>The error of an entry that is not unpacked.</summary>
    public static TarException Refused(ReadOnlySpan<byte> path, string why, Exception? inner = null, ErrorKind kind = ErrorKind.Corrupt) =>
        new($"unpack '{Show(path)}': {why}", kind, inner);
}
