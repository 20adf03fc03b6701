using System.Globalization;

namespace Slipway.Bench;

/// <summary>All that stays for containers: their monitors.</summary>
internal static class Monitors
{
    /// <summary>Adds up a line, in KiB, of a file that each has below /proc: <c>Pss:</c> of smaps_rollup.</summary>
    public static long Sum(string line, string file)
    {
        long total = 0;
        foreach (string process in Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(process, "cmdline")).StartsWith("slip-runtime\0monitor", StringComparison.Ordinal))
                    total += File.ReadLines(Path.Combine(process, file)).Where(l => l.StartsWith(line, StringComparison.Ordinal)).Sum(l => long.Parse(l[line.Length..^2], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // Ended meanwhile.
            }
        }
        return total;
    }
}
