using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    /// <summary>openat(2), for one name that is not a link (with O_NOFOLLOW) or for paths of the host.</summary>
    public static int Openat(int dir, byte* path, OpenFlags flags, uint mode)
    {
        int fd;
        do
            fd = NativeOpenat(dir, path, (int)(flags | OpenFlags.CloseOnExec), mode);
        while (fd == -1 && Check.LastErrno == Errno.EINTR);
        return fd;
    }

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int NativeOpenat(int dir, byte* path, int flags, uint mode);
}
