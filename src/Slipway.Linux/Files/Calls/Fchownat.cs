using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    /// <summary>fchownat(2).</summary>
    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true)]
    public static partial int Fchownat(int dir, byte* path, uint uid, uint gid, int flags);
}
