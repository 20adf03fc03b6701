using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>What the children of this process have used that it has waited for, with those that they waited for (getrusage(2), RUSAGE_CHILDREN).</summary>
public static unsafe partial class ChildrenUsage
{
    private const int RUSAGE_CHILDREN = -1;
    private const long Kilobyte = 1024;

    /// <summary>The most memory that one of them held at a time, in bytes.</summary>
    public static long LargestResidentSet()
    {
        ResourceUsage usage = default;
        Check.Result(getrusage(RUSAGE_CHILDREN, &usage), "getrusage");
        return usage.MaxResidentKilobytes * Kilobyte;
    }

    /// <summary><c>struct rusage</c>: two times, then fourteen numbers; 144 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private struct ResourceUsage
    {
        [FieldOffset(32)]
        public long MaxResidentKilobytes;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrusage(int who, ResourceUsage* usage);
}
