using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    /// <summary>mkdirat(2); the umask is taken off <paramref name="mode"/>.</summary>
    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int Mkdirat(int dir, byte* path, uint mode);
}
