using Slipway.Linux;
using Slipway.Runtime.Cgroups;

namespace Slipway.Runtime.Monitoring;

/// <summary>The monitor's eye on its container's memory: it notes when the kernel has killed a process for want of it, which need not be the first one.</summary>
/// <param name="watch">What tells.</param>
/// <param name="clock">Times of the notes.</param>
/// <param name="note">Takes a time.</param>
internal sealed class MemoryWatch(OomWatch watch, TimeProvider clock, Action<DateTimeOffset> note) : IDisposable
{
    private const int AgainMilliseconds = 10;

    // A container may die of it a thousand times a second.
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

    private DateTimeOffset _last;

    /// <summary>Watches a container's cgroup; null where its memory isn't counted.</summary>
    public static MemoryWatch? TryOpen(IReadOnlyList<string> cgroupPaths, TimeProvider clock, Action<DateTimeOffset> note)
    {
        try
        {
            return OomWatch.TryOpen(Cgroup.Open(cgroupPaths)) is { } watch ? new MemoryWatch(watch, clock, note) : null;
        }
        catch (LinuxException)
        {
            return null; // no more watches to be had: its end tells still
        }
    }

    /// <summary>Readable when there may be news.</summary>
    public int Number => watch.Signal.Number;

    /// <summary>Milliseconds until it is to be asked again.</summary>
    public int Left => watch.IsUnsure ? AgainMilliseconds : Timeout.Infinite;

    /// <summary>Looks, and notes.</summary>
    public void Turn()
    {
        if (!watch.Happened() || clock.GetUtcNow() is var now && now - _last < s_between)
            return;
        _last = now;
        note(now);
    }

    public void Dispose() => watch.Dispose();
}
