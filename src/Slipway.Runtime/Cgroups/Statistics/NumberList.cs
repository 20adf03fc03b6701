using System.Globalization;

namespace Slipway.Runtime.Cgroups.Statistics;

/// <summary>The kernel's lists of processors and nodes: <c>0-3,8</c> (cpuset(7), "List format").</summary>
internal static class NumberList
{
    private const uint MostNumbers = 65536;

    /// <summary>The numbers one by one; a part that is none is left out.</summary>
    public static IReadOnlyList<uint> Parse(string text)
    {
        var numbers = new List<uint>();
        foreach (string part in text.Split([',', '\n', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-');
            if (!TryNumber(ends[0], out uint first) || !TryNumber(ends[^1], out uint last))
                continue;
            for (uint number = first; number <= last && numbers.Count < MostNumbers; number++)
                numbers.Add(number);
        }
        return numbers;
    }

    private static bool TryNumber(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < MostNumbers;
}
