using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>Where and how this process runs, and what files get that it makes.</summary>
public static unsafe partial class ProcessConditions
{
    private const int MaskBytes = 1024;

    /// <summary>Sets the permission bits that new files don't get (umask(2)); returns the ones before.</summary>
    public static uint SetUmask(uint mask) => umask(mask);

    /// <summary>The number of the first processor that the calling thread may run on (sched_getaffinity(2)).</summary>
    public static int FirstProcessor()
    {
        byte* mask = stackalloc byte[MaskBytes];
        Check.Result(sched_getaffinity(0, MaskBytes, mask), "get processors");
        int first = 0;
        while (first < MaskBytes * 8 && (mask[first / 8] & (1 << (first % 8))) == 0)
            first++;
        return first;
    }

    [LibraryImport("libc")]
    private static partial uint umask(uint mask);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_getaffinity(int pid, nuint size, byte* mask);
}
