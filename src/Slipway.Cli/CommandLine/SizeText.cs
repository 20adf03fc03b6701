using System.Globalization;
using Slipway.Oci;

namespace Slipway.Cli.CommandLine;

/// <summary>Sizes on the command line: a number and b, k, m, g or t, in powers of 1024 as docker reads them.</summary>
internal static class SizeText
{
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static long Parse(string text)
    {
        string digits = text.ToLowerInvariant().TrimEnd('b');
        digits = digits.EndsWith('i') ? digits[..^1] : digits;
        int shift = digits.Length == 0 ? 0 : digits[^1] switch { 'k' => 10, 'm' => 20, 'g' => 30, 't' => 40, _ => 0 };
        if (shift > 0)
            digits = digits[..^1].TrimEnd();
        if (decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            && number * (1L << shift) is >= 0 and <= long.MaxValue and var bytes)
        {
            return (long)bytes;
        }
        throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid size: '{text}'");
    }
}
