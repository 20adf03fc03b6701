using System.Runtime.InteropServices;
using System.Text;
using Slipway.Linux.Polling;

namespace Slipway.Linux.Processes;

/// <summary>Opens, reads and writes small files of the kernel's (procfs, cgroupfs), without FileStream's extra calls.</summary>
public static unsafe partial class SmallFile
{
    private const int O_RDONLY = 0, O_WRONLY = 1, O_CLOEXEC = 0x80000;

    /// <summary>Opens a file of the host's for reading.</summary>
    public static SafeFd Open(string path) => Check.Fd(open(path, O_RDONLY | O_CLOEXEC), "open", path);

    /// <summary>Opens a directory to name things below (O_PATH).</summary>
    public static SafeFd OpenDirectory(string path) => Check.Fd(open(path, (int)KernelConstants.O_PATH | O_CLOEXEC), "open", path);

    /// <summary>Opens a file of the host's for writing; null when it does not exist.</summary>
    public static SafeFd? TryOpenWrite(string path)
    {
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        return fd == -1 && Check.LastErrno == Errno.ENOENT ? null : Check.Fd(fd, "open", path);
    }

    /// <summary>Reads a file of the host's; null when it does not exist, or what it speaks of has gone.</summary>
    public static string? TryReadText(string path) => TryRead(path) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <inheritdoc cref="TryReadText"/>
    public static byte[]? TryRead(string path)
    {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd == -1)
            return Check.LastErrno is Errno.ENOENT or Errno.ENOTDIR or Errno.ENODEV ? null : throw new LinuxException("open", Check.LastErrno, path);
        using var file = new SafeFd(fd);
        try
        {
            return ReadAll(file, int.MaxValue);
        }
        catch (LinuxException gone) when (gone.Errno is Errno.ENODEV or Errno.ESRCH)
        {
            return null;
        }
    }

    /// <summary>Writes in one call, as cgroupfs and procfs want it.</summary>
    /// <exception cref="LinuxException">The file can't be opened or does not take the value.</exception>
    public static void Write(string path, string text)
    {
        using SafeFd file = Check.Fd(open(path, O_WRONLY | O_CLOEXEC), "open", path);
        Span<byte> bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* p = bytes)
            Check.Result(write(file.Number, p, (nuint)bytes.Length), $"write {text} to", path);
    }

    /// <summary>Reads an open file of the kernel's from its beginning, as it is now; at most 4096 bytes.</summary>
    public static string ReadAgain(SafeFd file)
    {
        Span<byte> bytes = stackalloc byte[4096];
        fixed (byte* p = bytes)
        {
            long count = Check.Result(pread(file.Number, p, (nuint)bytes.Length, 0), "pread");
            return Encoding.UTF8.GetString(bytes[..(int)count]);
        }
    }

    private static byte[] ReadAll(SafeFd fd, int maxBytes)
    {
        var bytes = new byte[4096];
        int length = 0;
        while (true)
        {
            int count = FdIo.Read(fd, bytes.AsSpan(length));
            if (count <= 0)
                return bytes[..length];
            length += count;
            if (length > maxBytes)
                throw new LinuxException("read", Errno.EFBIG);
            if (length == bytes.Length)
                Array.Resize(ref bytes, bytes.Length * 2);
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(int fd, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, byte* buffer, nuint count);
}
