using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    /// <summary>mknodat(2); the umask is taken off <paramref name="mode"/>.</summary>
    [LibraryImport("libc", EntryPoint = "mknodat", SetLastError = true)]
    public static partial int Mknodat(int dir, byte* path, uint mode, ulong device);
}
