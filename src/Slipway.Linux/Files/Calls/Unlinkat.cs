using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    public const int AT_REMOVEDIR = 0x200;

    /// <summary>unlinkat(2).</summary>
    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int Unlinkat(int dir, byte* path, int flags);
}
