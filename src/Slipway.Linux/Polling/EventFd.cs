using System.Runtime.InteropServices;

namespace Slipway.Linux.Polling;

/// <summary>A counter that wakes a poll (eventfd(2)): how another thread reaches a loop.</summary>
public static unsafe partial class EventFd
{
    private const int EFD_NONBLOCK = 0x800, EFD_CLOEXEC = 0x80000;

    /// <summary>Makes one at 0, non-blocking.</summary>
    public static SafeFd Create() => Check.Fd(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd");

    /// <summary>Adds one: a poll on it returns.</summary>
    public static void Raise(SafeFd fd)
    {
        ulong one = 1;
        FdIo.Write(fd, new ReadOnlySpan<byte>(&one, sizeof(ulong)));
    }

    /// <summary>Sets it back to 0.</summary>
    public static void Clear(SafeFd fd)
    {
        ulong value;
        FdIo.Read(fd, new Span<byte>(&value, sizeof(ulong)));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);
}
