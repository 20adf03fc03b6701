using System.Runtime.InteropServices;

namespace Slipway.Linux;

/// <summary>
/// Bytes from the kernel's random number generator (getrandom(2)). The framework's own generator loads a cryptographic library first, which
/// takes longer than starting a container.
/// </summary>
public static unsafe partial class RandomBytes
{
    /// <summary>Sixty-four hexadecimal digits: 256 bits.</summary>
    public static string Hex256()
    {
        const int Size = 32;
        byte* bytes = stackalloc byte[Size];
        Check.Result(getrandom(bytes, Size, 0), "getrandom");
        return Convert.ToHexStringLower(new ReadOnlySpan<byte>(bytes, Size));
    }

    /// <summary>Fills a few bytes, at most 256.</summary>
    public static void Fill(Span<byte> bytes)
    {
        fixed (byte* p = bytes)
            Check.Result(getrandom(p, (nuint)bytes.Length, 0), "getrandom");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint getrandom(byte* buffer, nuint length, uint flags);
}
