namespace Slipway.Build.Context;

/// <summary>Tells archives by their first bytes, as ADD does; names mean nothing.</summary>
public static class ArchiveKind
{
    /// <summary>How many bytes are looked at: one tar header.</summary>
    public const int HeaderLength = 512;

    private const int ChecksumOffset = 148, ChecksumLength = 8;

    /// <summary>A compressed file that may hold a tar: gzip, zstd, bzip2 or xz.</summary>
    public static bool IsCompressed(ReadOnlySpan<byte> head) => head.StartsWith<byte>([0x1f, 0x8b, 0x08]) || head.StartsWith<byte>([0x28, 0xb5, 0x2f, 0xfd])
        || head.StartsWith("BZh"u8) || head.StartsWith<byte>([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);

    /// <summary>A tar of any dialect: its first header's checksum is right (POSIX ustar, field chksum: the sum of all bytes with itself as blanks).</summary>
    public static bool IsTar(ReadOnlySpan<byte> head)
    {
        if (head.Length < HeaderLength)
            return false;
        long sum = 0, stated = 0;
        for (int i = 0; i < HeaderLength; i++)
            sum += i is >= ChecksumOffset and < ChecksumOffset + ChecksumLength ? ' ' : head[i];
        ReadOnlySpan<byte> digits = head.Slice(ChecksumOffset, ChecksumLength).Trim(" \0"u8);
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return false;
            stated = stated * 8 + digit - '0';
        }
        return digits.Length > 0 && sum == stated;
    }
}
