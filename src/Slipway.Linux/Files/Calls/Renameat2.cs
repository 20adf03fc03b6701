using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    /// <summary>renameat2(2).</summary>
    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true)]
    public static partial int Renameat2(int oldDir, byte* oldPath, int newDir, byte* newPath, uint flags);
}
