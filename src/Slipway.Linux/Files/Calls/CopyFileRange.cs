using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    /// <summary>copy_file_range(2).</summary>
    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    public static partial nint CopyFileRange(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);
}
