using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    /// <summary>fchmodat(2), following links: only for <c>/proc/self/fd/N</c>.</summary>
    [LibraryImport("libc", EntryPoint = "fchmodat", SetLastError = true)]
    public static partial int Fchmodat(int dir, byte* path, uint mode, int flags);
}
