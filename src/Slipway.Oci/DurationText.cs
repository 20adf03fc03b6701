using System.Globalization;

namespace Slipway.Oci;

/// <summary>Lengths of time as Go's programs write them: <c>1h30m</c>, <c>1.5s</c>, <c>100ms</c> (h, m, s, ms, us, µs, ns).</summary>
public static class DurationText
{
    private static readonly (string Unit, decimal Ticks)[] s_units =
    [
        ("ns", 0.01m), ("us", TimeSpan.TicksPerMicrosecond), ("µs", TimeSpan.TicksPerMicrosecond), ("μs", TimeSpan.TicksPerMicrosecond),
        ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>In steps of 100 ns, rounded down. A number without a unit is only right when it is 0.</summary>
    /// <returns>Null when it is not one, or longer than <see cref="TimeSpan"/> holds.</returns>
    public static TimeSpan? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool negative = text.StartsWith('-');
        ReadOnlySpan<char> rest = text.AsSpan(negative || text.StartsWith('+') ? 1 : 0);
        if (rest is "0")
            return TimeSpan.Zero;
        if (rest.IsEmpty)
            return null;
        decimal ticks = 0;
        while (!rest.IsEmpty)
        {
            if (TakePart(ref rest) is not { } part || ticks + part > long.MaxValue)
                return null;
            ticks += part;
        }
        return TimeSpan.FromTicks((long)(negative ? -ticks : ticks));
    }

    /// <summary>As Go writes a length of time: <c>0s</c>, <c>50ms</c>, <c>1.5s</c>, <c>1m30s</c>. Below a second in the largest unit that leaves a whole part.</summary>
    public static string Format(TimeSpan time)
    {
        decimal ticks = Math.Abs((decimal)time.Ticks);
        string sign = time.Ticks < 0 ? "-" : "";
        if (ticks == 0)
            return "0s";
        if (ticks < TimeSpan.TicksPerSecond)
        {
            (string unit, decimal size) = ticks < TimeSpan.TicksPerMicrosecond ? ("ns", 0.01m) : ticks < TimeSpan.TicksPerMillisecond ? ("µs", TimeSpan.TicksPerMicrosecond) : ("ms", (decimal)TimeSpan.TicksPerMillisecond);
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{ticks / size:0.#######}{unit}");
        }
        long minutes = (long)(ticks / TimeSpan.TicksPerMinute);
        string whole = minutes >= 60 ? $"{minutes / 60}h{minutes % 60}m" : minutes > 0 ? $"{minutes}m" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{whole}{ticks % TimeSpan.TicksPerMinute / TimeSpan.TicksPerSecond:0.#######}s");
    }

    // A number and its unit; null when there is none.
    private static decimal? TakePart(scoped ref ReadOnlySpan<char> rest)
    {
        int digits = rest.IndexOfAnyExcept("0123456789.");
        if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
            return null;
        rest = rest[digits..];
        int letters = rest.IndexOfAny("0123456789.");
        string unit = rest[..(letters < 0 ? rest.Length : letters)].ToString();
        rest = rest[unit.Length..];
        foreach ((string name, decimal ticks) in s_units)
        {
            if (name == unit && number <= long.MaxValue / ticks / 100)
                return number * ticks;
        }
        return null;
    }
}
