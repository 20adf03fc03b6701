using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    /// <summary>getdents64(2).</summary>
    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint Getdents64(int fd, byte* buffer, nuint size);
}
