using System.Globalization;
using System.Text.Json;

namespace Slipway.Bench;

/// <summary>All that stays for containers: the monitors of this store, as its run root names them.</summary>
internal static class Monitors
{
    /// <summary>Adds up a line, in KiB, of a file that each has below /proc: <c>Pss:</c> of smaps_rollup.</summary>
    public static long Sum(string line, string file)
    {
        long total = 0;
        foreach (string container in Directory.GetDirectories(Path.Combine(Environment.GetEnvironmentVariable("SLIPWAY_RUN")!, "containers")))
        {
            try
            {
                using JsonDocument state = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(container, "state.json")));
                string path = $"/proc/{state.RootElement.GetProperty("monitorPid").GetInt32()}/{file}";
                total += File.ReadLines(path).Where(l => l.StartsWith(line, StringComparison.Ordinal)).Sum(l => long.Parse(l[line.Length..^2], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // Ended meanwhile.
            }
        }
        return total;
    }
}
