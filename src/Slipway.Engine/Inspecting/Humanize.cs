using System.Globalization;

namespace Slipway.Engine.Inspecting;

/// <summary>Sizes and times as docker's users know them.</summary>
public static class Humanize
{
    private static readonly string[] s_units = ["B", "kB", "MB", "GB", "TB", "PB"];
    private static readonly string[] s_binaryUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>Bytes in decimal units with three significant digits, as docker's lists, or four, as its sums: <c>4.26MB</c>, <c>4.257MB</c>.</summary>
    public static string Size(long bytes, int digits = 3) => Scaled(bytes, 1000, s_units, digits);

    /// <summary>Bytes in binary units with four significant digits, as docker shows memory: <c>4.06MiB</c>.</summary>
    public static string BinarySize(ulong bytes) => Scaled(bytes, 1024, s_binaryUnits, digits: 4);

    private static string Scaled(double value, int step, string[] units, int digits)
    {
        int unit = 0;
        while (value >= step && unit < units.Length - 1)
        {
            value /= step;
            unit++;
        }
        int whole = value >= 1000 ? 4 : value >= 100 ? 3 : value >= 10 ? 2 : 1;
        return value.ToString(digits > whole ? "0." + new string('#', digits - whole) : "0", CultureInfo.InvariantCulture) + units[unit];
    }

    /// <summary>A length of time, one unit: <c>5 minutes</c>.</summary>
    public static string Duration(TimeSpan span)
    {
        double seconds = Math.Max(0, span.TotalSeconds);
        return seconds switch
        {
            < 1 => "Less than a second",
            < 2 => "1 second",
            < 60 => $"{(int)seconds} seconds",
            < 120 => "About a minute",
            < 46 * 60 => $"{(int)(seconds / 60)} minutes",
            < 90 * 60 => "About an hour",
            < 48 * 3600 => $"{(int)Math.Round(seconds / 3600)} hours",
            < 14 * 86400 => $"{(int)(seconds / 86400)} days",
            < 60 * 86400 => $"{(int)(seconds / 86400 / 7)} weeks",
            < 730 * 86400L => $"{(int)(seconds / 86400 / 30)} months",
            _ => $"{(int)(seconds / 86400 / 365)} years",
        };
    }

    /// <summary>How long ago: <c>3 days ago</c>.</summary>
    public static string Ago(DateTimeOffset then, DateTimeOffset now) => Duration(now - then) + " ago";
}
