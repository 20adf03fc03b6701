using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Slipway.Linux.Files;

/// <summary>syncfs(2): one wait for everything that was written to a file system.</summary>
public static partial class FileSystemSync
{
    /// <summary>Returns when all that was written so far to the file system of <paramref name="file"/> is on the disk.</summary>
    /// <exception cref="LinuxException">EIO, ENOSPC or EDQUOT: something written earlier did not get there.</exception>
    public static void SyncAround(SafeFileHandle file) => Check.Result(syncfs(file), "syncfs");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int syncfs(SafeFileHandle fd);
}
