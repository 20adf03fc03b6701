using System.Globalization;
using System.Text;
using Slipway.Linux.Files;

namespace Slipway.Store.Archives;

/// <summary>Numbers of headers: octal text, GNU's base-256, and PAX decimals.</summary>
internal static class TarNumber
{
    /// <summary>Reads a header's field; spaces and NULs around octal digits, or base-256 where the first bit is set.</summary>
    public static bool TryParse(ReadOnlySpan<byte> field, out long value) =>
        (field[0] & 0x80) != 0 ? TryParseBinary(field, out value) : TryParseOctal(field, out value);

    private static bool TryParseOctal(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        field = field.Trim(" \0"u8);
        foreach (byte b in field)
        {
            if (b is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
                return false;
            value = (value << 3) | (uint)(b - '0');
        }
        return true;
    }

    // Big-endian two's complement; the topmost bit marks the form and the next one is the sign.
    private static bool TryParseBinary(ReadOnlySpan<byte> field, out long value)
    {
        bool negative = (field[0] & 0x40) != 0;
        value = negative ? -1 : 0;
        for (int i = 0; i < field.Length; i++)
        {
            byte b = i > 0 ? field[i] : (byte)(negative ? field[0] | 0x80 : field[0] & 0x7f);
            if (value is > (long.MaxValue >> 8) or < (long.MinValue >> 8))
                return false;
            value = (value << 8) | b;
        }
        return true;
    }

    /// <summary>Reads an unsigned decimal of a PAX record.</summary>
    public static bool TryParseDecimal(ReadOnlySpan<byte> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>Reads a PAX time: seconds, perhaps negative, perhaps with a fraction of any length.</summary>
    public static bool TryParseTime(ReadOnlySpan<byte> text, out FileTime time)
    {
        time = default;
        int dot = text.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = dot < 0 ? text : text[..dot], fraction = dot < 0 ? default : text[(dot + 1)..];
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds) || seconds == long.MinValue
            || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        uint nanoseconds = 0;
        for (int i = 0; i < 9; i++)
            nanoseconds = nanoseconds * 10 + (i < fraction.Length ? fraction[i] - (uint)'0' : 0);
        // -1.25 is 1.25 s before 1970: second -2 and 0.75 s.
        bool backwards = whole[0] == (byte)'-' && nanoseconds != 0;
        time = backwards ? new(seconds - 1, 1_000_000_000 - nanoseconds) : new(seconds, nanoseconds);
        return true;
    }

    /// <summary>A time as PAX headers have it: seconds, and where there are any nanoseconds a fraction.</summary>
    public static byte[] Decimal(FileTime time)
    {
        if (time.Nanoseconds == 0)
            return Decimal(time.Seconds);
        // 0.75 s after second -2 is -1.25.
        (long whole, uint fraction) = time.Seconds < 0 ? (time.Seconds + 1, 1_000_000_000 - time.Nanoseconds) : (time.Seconds, time.Nanoseconds);
        string sign = time.Seconds < 0 && whole == 0 ? "-" : "";
        return System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{sign}{whole}.{fraction:000000000}"));
    }

    /// <summary>Whether an octal field of this many bytes (one for the NUL) can hold the number.</summary>
    public static bool FitsOctal(long value, int fieldLength) => value >= 0 && (fieldLength - 1) * 3 is var bits && (bits >= 63 || value >> bits == 0);

    /// <summary>Writes octal digits with leading zeroes and a NUL.</summary>
    public static void WriteOctal(Span<byte> field, long value)
    {
        field[^1] = 0;
        for (int i = field.Length - 2; i >= 0; i--, value >>= 3)
            field[i] = (byte)('0' + (value & 7));
    }

    /// <summary>The decimal text of a number.</summary>
    public static byte[] Decimal(long value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
}
