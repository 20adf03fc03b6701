using System.Globalization;

namespace Slipway.Oci;

/// <summary>Sizes as people write them: a number and k, m, g, t or p in powers of 1024, with or without b or ib after it, as docker reads them.</summary>
public static class SizeText
{
    private const string Units = "kmgtp";
    private const int BitsPerUnit = 10;

    /// <summary>Bytes, rounded down: <c>1.5k</c> is 1536.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: it is not a size, or more than <see cref="long.MaxValue"/>.</exception>
    public static long Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string number = text.ToLowerInvariant();
        number = number.EndsWith('b') ? number[..^1] : number;
        string withoutI = number.EndsWith('i') ? number[..^1] : number;
        int unit = withoutI.Length == 0 ? -1 : Units.IndexOf(withoutI[^1], StringComparison.Ordinal);
        number = unit >= 0 ? withoutI[..^1].TrimEnd(' ') : number;
        decimal factor = 1L << (BitsPerUnit * (unit + 1));
        if (decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) && value <= long.MaxValue / factor)
            return (long)(value * factor);
        throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid size: '{text}'");
    }
}
