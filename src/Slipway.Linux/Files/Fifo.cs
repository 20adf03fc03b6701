using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

/// <summary>A named pipe (fifo(7)) of the host's, by which one process lets another go on.</summary>
public static partial class Fifo
{
    private const int O_WRONLY = 1, O_RDWR = 2, O_NONBLOCK = 0x800, O_NOFOLLOW = 0x20000, O_CLOEXEC = 0x80000;

    /// <summary>Makes it for the owner alone and opens both of its ends as one, so that a reader never meets the end (0600).</summary>
    public static SafeFd Make(string path)
    {
        Check.Result(mkfifo(path, 0x180), "mkfifo", path);
        return Check.Fd(open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC), "open", path);
    }

    /// <summary>Opens it for writing; null when it does not exist, or when nobody has it open for reading.</summary>
    public static SafeFd? TryOpenWriter(string path)
    {
        int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
        return fd == -1 && Check.LastErrno is (Errno.ENXIO or Errno.ENOENT) ? null : Check.Fd(fd, "open", path);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkfifo(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);
}
