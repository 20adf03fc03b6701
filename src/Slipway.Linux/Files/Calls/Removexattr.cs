using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    /// <summary>removexattr(2), following links: only for <c>/proc/self/fd/N</c>.</summary>
    [LibraryImport("libc", EntryPoint = "removexattr", SetLastError = true)]
    public static partial int Removexattr(byte* path, byte* name);
}
