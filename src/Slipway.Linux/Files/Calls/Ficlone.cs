using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    private const nuint FICLONE = 0x40049409;

    /// <summary>ioctl_ficlone(2): shares the blocks of one file with another.</summary>
    public static int Ficlone(int to, int from) => Ioctl(to, FICLONE, from);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(int fd, nuint request, nint argument);
}
