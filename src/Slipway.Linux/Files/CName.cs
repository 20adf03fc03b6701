using System.Text;

namespace Slipway.Linux.Files;

/// <summary>Hands byte names to the kernel: ends them with NUL, and refuses what can't be a name.</summary>
internal static class CName
{
    /// <summary>Enough for one name (NAME_MAX) and its NUL; longer paths go to the heap.</summary>
    public const int StackSize = 256;

    /// <summary>One name of a directory: not empty, no slash, not <c>..</c>.</summary>
    public static Span<byte> Leaf(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        if (name.IsEmpty || name.Contains((byte)'/') || name.SequenceEqual(".."u8))
            throw new LinuxException("use as a file name", Errno.EINVAL, Show(name));
        return Path(name, buffer);
    }

    /// <summary>Any path without NUL.</summary>
    public static Span<byte> Path(ReadOnlySpan<byte> path, Span<byte> buffer)
    {
        if (path.Contains((byte)0))
            throw new LinuxException("use as a file name", Errno.EINVAL, Show(path));
        if (path.Length >= buffer.Length)
            buffer = new byte[path.Length + 1];
        path.CopyTo(buffer);
        buffer[path.Length] = 0;
        return buffer;
    }

    /// <summary>For messages only; bytes that are not UTF-8 become U+FFFD.</summary>
    public static string Show(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(name);
}
