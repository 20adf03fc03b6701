namespace Slipway.Linux.Files;

/// <summary>A time of a file: seconds since 1970 (may be negative) and nanoseconds (0 to 999,999,999) after that second.</summary>
public readonly record struct FileTime(long Seconds, uint Nanoseconds) : IComparable<FileTime>
{
    /// <summary>1970-01-01.</summary>
    public static FileTime Epoch => default;

    /// <summary>The same instant, to 100 ns.</summary>
    public static FileTime From(DateTimeOffset time)
    {
        long ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        return rest < 0 ? new(seconds - 1, (uint)(rest + TimeSpan.TicksPerSecond) * 100) : new(seconds, (uint)rest * 100);
    }

    /// <summary>The same instant, cut to 100 ns.</summary>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.UnixEpoch.AddTicks(Seconds * TimeSpan.TicksPerSecond + Nanoseconds / 100);

    /// <inheritdoc/>
    public int CompareTo(FileTime other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    public static bool operator <(FileTime left, FileTime right) => left.CompareTo(right) < 0;
    public static bool operator >(FileTime left, FileTime right) => left.CompareTo(right) > 0;
    public static bool operator <=(FileTime left, FileTime right) => left.CompareTo(right) <= 0;
    public static bool operator >=(FileTime left, FileTime right) => left.CompareTo(right) >= 0;
}
