using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    public const nuint FS_IOC_GETFLAGS = 0x80086601, FS_IOC_SETFLAGS = 0x40086602;

    /// <summary>FS_TOPDIR_FL of linux/fs.h, the T of chattr(1).</summary>
    public const int FS_TOPDIR_FL = 0x00020000;

    /// <summary>ioctl_iflags(2).</summary>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int InodeFlags(int fd, nuint request, int* flags);
}
