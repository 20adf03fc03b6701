using System.Globalization;

namespace Slipway.Engine.Recording;

/// <summary>Numbers as they are typed.</summary>
internal static class RecordText
{
    private const long Second = 1_000_000_000;

    /// <summary>Bytes, in the largest unit that says them exactly: <c>64m</c>; -1 is without limit.</summary>
    public static string Size(long bytes)
    {
        int unit = 0;
        for (; unit < 3 && bytes > 0 && bytes % 1024 == 0; unit++)
            bytes /= 1024;
        return bytes.ToString(CultureInfo.InvariantCulture) + (unit == 0 ? "" : "kmg"[unit - 1].ToString());
    }

    /// <summary>Nanoseconds as a length of time: <c>30s</c>, <c>1500ms</c>.</summary>
    public static string Time(long nanoseconds) => nanoseconds switch
    {
        _ when nanoseconds % Second == 0 => Number(nanoseconds / Second) + "s",
        _ when nanoseconds % 1_000_000 == 0 => Number(nanoseconds / 1_000_000) + "ms",
        _ => Number(nanoseconds) + "ns",
    };

    /// <summary>Billionths of processors as processors: <c>1.5</c>.</summary>
    public static string Cpus(long nano) => (nano / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
