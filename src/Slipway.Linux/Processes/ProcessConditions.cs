using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>What this process hands on to the ones that it starts.</summary>
public static unsafe partial class ProcessConditions
{
    private const int MaskBytes = 128;

    /// <summary>Sets the permission bits that new files don't get (umask(2)); returns the ones before.</summary>
    public static uint SetUmask(uint mask) => umask(mask);

    /// <summary>Lets the calling thread, and what it starts from now on, run on one processor only (sched_setaffinity(2)): the first that it may run on.</summary>
    public static void UseOneProcessor()
    {
        byte* mask = stackalloc byte[MaskBytes];
        Check.Result(sched_getaffinity(0, MaskBytes, mask), "get processors");
        int first = 0;
        while (first < MaskBytes * 8 && (mask[first / 8] & (1 << (first % 8))) == 0)
            first++;
        new Span<byte>(mask, MaskBytes).Clear();
        mask[first / 8] = (byte)(1 << (first % 8));
        Check.Result(sched_setaffinity(0, MaskBytes, mask), "set processors");
    }

    [LibraryImport("libc")]
    private static partial uint umask(uint mask);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_getaffinity(int pid, nuint size, byte* mask);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_setaffinity(int pid, nuint size, byte* mask);
}
