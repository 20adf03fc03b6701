using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    public const int AT_SYMLINK_FOLLOW = 0x400;

    /// <summary>linkat(2); a link at the end of the old path is linked itself unless AT_SYMLINK_FOLLOW is given.</summary>
    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    public static partial int Linkat(int oldDir, byte* oldPath, int newDir, byte* newPath, int flags);
}
