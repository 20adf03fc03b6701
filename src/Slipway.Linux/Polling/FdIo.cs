using System.Runtime.InteropServices;

namespace Slipway.Linux.Polling;

/// <summary>Reads and writes on descriptors that may be non-blocking (read(2), write(2), fcntl(2)). Nothing here allocates.</summary>
public static unsafe partial class FdIo
{
    /// <summary>Result of a call that would have had to wait.</summary>
    public const int WouldBlock = -1;

    private const long SYS_close_range = 436;
    private const int F_GETFL = 3, F_SETFL = 4, F_SETFD = 2, FD_CLOEXEC = 1, F_DUPFD_CLOEXEC = 1030;
    private const int O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0x40, O_APPEND = 0x400, O_NONBLOCK = 0x800,
        O_NOFOLLOW = 0x20000, O_CLOEXEC = 0x80000;

    /// <summary>Reads what is there: the count of bytes, 0 at the end, <see cref="WouldBlock"/> when there is nothing yet.</summary>
    /// <remarks>EIO counts as the end: a pty's master answers it once the last slave is closed.</remarks>
    public static int Read(SafeFd fd, Span<byte> into)
    {
        nint count;
        do
        {
            fixed (byte* p = into)
                count = read(fd.Number, p, (nuint)into.Length);
        }
        while (count == -1 && Check.LastErrno == Errno.EINTR);
        if (count >= 0)
            return (int)count;
        return Check.LastErrno switch
        {
            Errno.EAGAIN => WouldBlock,
            Errno.EIO or Errno.ECONNRESET => 0,
            var errno => throw new LinuxException("read", errno),
        };
    }

    /// <summary>Writes as much as fits: the count of bytes, <see cref="WouldBlock"/> when nothing fits, 0 when the reader is gone.</summary>
    public static int Write(SafeFd fd, ReadOnlySpan<byte> data)
    {
        nint count;
        do
        {
            fixed (byte* p = data)
                count = write(fd.Number, p, (nuint)data.Length);
        }
        while (count == -1 && Check.LastErrno == Errno.EINTR);
        if (count >= 0)
            return (int)count;
        return Check.LastErrno switch
        {
            Errno.EAGAIN => WouldBlock,
            Errno.EPIPE or Errno.EIO => 0,
            var errno => throw new LinuxException("write", errno),
        };
    }

    /// <summary>Writes everything to a blocking descriptor; false when the reader is gone.</summary>
    public static bool WriteAll(SafeFd fd, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            int count = Write(fd, data);
            if (count == 0)
                return false;
            if (count == WouldBlock)
                WaitWritable(fd);
            else
                data = data[count..];
        }
        return true;
    }

    /// <summary>Makes reads and writes on this open file return at once. Never for an open file that others share, as a caller's terminal.</summary>
    public static void SetNonBlocking(SafeFd fd)
    {
        int flags = Check.Result(fcntl(fd.Number, F_GETFL, 0), "fcntl F_GETFL");
        Check.Result(fcntl(fd.Number, F_SETFL, flags | O_NONBLOCK), "fcntl F_SETFL");
    }

    /// <summary>A pipe, both ends blocking and close-on-exec (pipe2(2)).</summary>
    public static (SafeFd Read, SafeFd Write) Pipe()
    {
        int* ends = stackalloc int[2];
        Check.Result(pipe2(ends, O_CLOEXEC), "pipe2");
        return (new SafeFd(ends[0]), new SafeFd(ends[1]));
    }

    /// <summary>Another descriptor of the same open file, close-on-exec; closing it leaves the first open.</summary>
    public static SafeFd Duplicate(int fd, int least = 0) => Check.Fd(fcntl(fd, F_DUPFD_CLOEXEC, least), "fcntl F_DUPFD_CLOEXEC", fd.ToString());

    /// <summary>Takes a descriptor that was handed to this process, and makes it close-on-exec.</summary>
    public static SafeFd Adopt(int fd)
    {
        Check.Result(fcntl(fd, F_SETFD, FD_CLOEXEC), "fcntl F_SETFD", fd.ToString());
        return new SafeFd(fd);
    }

    /// <summary>Closes every descriptor from this number on: what a careless parent left open (close_range(2)).</summary>
    public static void CloseFrom(int first) => Check.Result((int)syscall(SYS_close_range, (uint)first, uint.MaxValue, 0), "close_range");

    /// <summary>/dev/null for reading and writing.</summary>
    public static SafeFd OpenNull() => Check.Fd(open("/dev/null", O_RDWR | O_CLOEXEC, 0), "open", "/dev/null");

    /// <summary>Opens a file to append to; made with mode 0600 when it is missing, and never through a link.</summary>
    public static SafeFd OpenAppend(string path) =>
        Check.Fd(open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0x180), "open", path);

    private static void WaitWritable(SafeFd fd)
    {
        Span<PollEntry> entry = [new PollEntry(fd.Number, PollEvents.Writable)];
        Poller.Wait(entry, Timeout.Infinite);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a, long b, long c);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, long argument);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(int* ends, int flags);
}
