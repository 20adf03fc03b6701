using System.Runtime.InteropServices;
using Slipway.Linux.Processes;

namespace Slipway.Linux.Capabilities;

/// <summary>What this thread may do (capget(2)).</summary>
public static unsafe partial class OwnCapabilities
{
    private const long SYS_capget = 125;

    /// <summary>The effective set: bit n is capability n.</summary>
    public static ulong Effective()
    {
        uint* header = stackalloc uint[2] { KernelConstants.LINUX_CAPABILITY_VERSION_3, 0 };
        uint* data = stackalloc uint[6]; // effective, permitted, inheritable: low words, then high words
        Check.Result(syscall(SYS_capget, (long)header, (long)data), "capget");
        return data[0] | (ulong)data[3] << 32;
    }

    /// <summary>Whether the effective set holds it.</summary>
    public static bool Has(Capability capability) => (Effective() >> (int)capability & 1) != 0;

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a, long b);
}
