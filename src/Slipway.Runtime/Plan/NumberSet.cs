using System.Globalization;
using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Runtime.Plan;

/// <summary>Numbers of processors or memory nodes as the kernel takes them: a bit each.</summary>
internal static class NumberSet
{
    private const int BitsPerByte = 8;

    /// <summary>Reads a list as cpuset(7) has it: <c>0-3,7</c>. One that was checked is right; this is the last door.</summary>
    /// <param name="list">The list.</param>
    /// <param name="count">How many numbers there can be: a multiple of 64, for the kernel reads whole words.</param>
    /// <param name="cause">The setting.</param>
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static byte[] Parse(string list, int count, string cause)
    {
        var bits = new byte[count / BitsPerByte];
        foreach (string range in list.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] ends = range.Split('-');
            int first = Number(ends[0], count, list, cause), last = ends.Length == 1 ? first : Number(ends[^1], count, list, cause);
            for (int number = first; number <= last; number++)
                bits[number / BitsPerByte] |= (byte)(1 << (number % BitsPerByte));
        }
        return bits;
    }

    private static int Number(string text, int count, string list, string cause) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < count
            ? number
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"{cause}: '{Printable.Escape(list)}' is not a list like 0-3,7 of numbers below {count}");
}
