using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    public const long UTIME_OMIT = 0x3ffffffe;

    /// <summary>utimensat(2).</summary>
    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    public static partial int Utimensat(int dir, byte* path, Timespec* accessedModified, int flags);

    public struct Timespec
    {
        public long tv_sec, tv_nsec;
    }
}
