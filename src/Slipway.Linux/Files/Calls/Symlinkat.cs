using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    /// <summary>symlinkat(2).</summary>
    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int Symlinkat(byte* target, int dir, byte* path);
}
