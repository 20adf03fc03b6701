using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    /// <summary>listxattr(2), following links: only for <c>/proc/self/fd/N</c>.</summary>
    [LibraryImport("libc", EntryPoint = "listxattr", SetLastError = true)]
    public static partial nint Listxattr(byte* path, byte* list, nuint size);
}
