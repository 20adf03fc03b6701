using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>What this process may use (getrlimit(2)).</summary>
public static unsafe partial class ResourceLimit
{
    /// <summary>The hard limit of a resource; <see cref="ulong.MaxValue"/> is none.</summary>
    /// <param name="resource">RLIMIT_… as its number.</param>
    public static ulong Hard(int resource)
    {
        ulong* limit = stackalloc ulong[2];
        Check.Result(getrlimit(resource, limit), "getrlimit", resource.ToString());
        return limit[1];
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, ulong* limit);
}
