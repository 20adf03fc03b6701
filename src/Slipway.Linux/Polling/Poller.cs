using System.Runtime.InteropServices;

namespace Slipway.Linux.Polling;

/// <summary>What to wait for, and what was found (poll(2), values of the kernel's).</summary>
[Flags]
public enum PollEvents : short
{
    None = 0, Readable = 1, Priority = 2, Writable = 4, Error = 8, HangUp = 16, Invalid = 32,
}

/// <summary>One <c>struct pollfd</c>. A negative number is skipped by the kernel.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PollEntry(int fd, PollEvents wanted)
{
    /// <summary>The descriptor, or -1 to leave the slot out.</summary>
    public int Fd = fd;

    /// <summary>What to wait for; errors and hang-ups are always reported.</summary>
    public PollEvents Wanted = wanted;

    /// <summary>What was found.</summary>
    public PollEvents Found;

    /// <summary>Whether a read would return at once: data, the end, or an error.</summary>
    public readonly bool CanRead => (Found & (PollEvents.Readable | PollEvents.HangUp | PollEvents.Error)) != 0;

    /// <summary>Whether a write would return at once: room, or an error.</summary>
    public readonly bool CanWrite => (Found & (PollEvents.Writable | PollEvents.Error | PollEvents.HangUp)) != 0;
}

/// <summary>Waits for several descriptors (poll(2)).</summary>
public static unsafe partial class Poller
{
    /// <summary>Waits and fills <see cref="PollEntry.Found"/>; the count of entries with something, 0 after the timeout. Signals don't end the wait.</summary>
    /// <param name="entries">What to wait for.</param>
    /// <param name="milliseconds"><see cref="Timeout.Infinite"/> waits without end.</param>
    public static int Wait(Span<PollEntry> entries, int milliseconds)
    {
        long end = Environment.TickCount64 + milliseconds;
        int left = milliseconds;
        while (true)
        {
            int count;
            fixed (PollEntry* p = entries)
                count = poll(p, (nuint)entries.Length, left);
            if (count >= 0)
                return count;
            if (Check.LastErrno != Errno.EINTR)
                throw new LinuxException("poll", Check.LastErrno);
            if (milliseconds != Timeout.Infinite)
                left = (int)Math.Max(0, end - Environment.TickCount64);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollEntry* entries, nuint count, int timeout);
}
