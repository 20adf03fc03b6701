using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>Signals that this process shall not see (signal(2)). A program that it starts inherits them, unless the start resets them.</summary>
public static partial class IgnoredSignals
{
    private const nint SIG_IGN = 1, SIG_ERR = -1;

    /// <summary>Ignores each of these from now on.</summary>
    public static void Add(params ReadOnlySpan<int> numbers)
    {
        foreach (int number in numbers)
        {
            if (signal(number, SIG_IGN) == SIG_ERR)
                throw new LinuxException("signal", Check.LastErrno, number.ToString());
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint signal(int number, nint handler);
}
