using System.Runtime.InteropServices;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Linux.Seccomp;

/// <summary>What the running kernel can do with a filter (seccomp(2)).</summary>
public static partial class FilterFlags
{
    private const long SYS_seccomp = 317;

    /// <summary>Whether this kernel knows a SECCOMP_FILTER_FLAG_. It looks at the flags before it looks at the filter, which is none.</summary>
    public static bool IsSupported(long flag)
    {
        // Makes sense with a listener only.
        if (flag == SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
            flag |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
        return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flag, 0) == -1 && Check.LastErrno == Errno.EFAULT;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long operation, long flags, nint filter);
}
