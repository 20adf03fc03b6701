using System.Globalization;

namespace Slipway.Engine.Inspecting;

/// <summary>Sizes and times as docker's users know them.</summary>
public static class Humanize
{
    private static readonly string[] s_units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>Bytes in decimal units with three significant digits, as docker's lists, or four, as its sums: <c>4.26MB</c>, <c>4.257MB</c>.</summary>
    public static string Size(long bytes, int digits = 3)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < s_units.Length - 1)
        {
            value /= 1000;
            unit++;
        }
        int whole = value >= 100 ? 3 : value >= 10 ? 2 : 1;
        return value.ToString(digits > whole ? "0." + new string('#', digits - whole) : "0", CultureInfo.InvariantCulture) + s_units[unit];
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
