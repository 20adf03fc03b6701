using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>What a start has to know of a file (stat(2)): its type and mode bits, length, device and inode.</summary>
public readonly record struct FileKind(uint Mode, long Size, ulong Device, ulong Inode, ulong Rdev)
{
    private const uint S_IFMT = 0xf000, S_IFDIR = 0x4000, S_IFIFO = 0x1000, S_IFSOCK = 0xc000;

    /// <summary>One that does not exist yet and will be a directory.</summary>
    public static FileKind Directory { get; } = new(S_IFDIR, 0, 0, 0, 0);

    /// <summary>A directory.</summary>
    public bool IsDirectory => (Mode & S_IFMT) == S_IFDIR;

    /// <summary>A pipe or a socket.</summary>
    public bool IsPipe => (Mode & S_IFMT) is S_IFIFO or S_IFSOCK;

    /// <summary>The file behind a descriptor.</summary>
    public static FileKind Of(SafeFd fd) => StatCall.Of(fd.Number);

    /// <inheritdoc cref="Of(SafeFd)"/>
    public static FileKind Of(int fd) => StatCall.Of(fd);

    /// <summary>The file of this name, links followed; null when there is none.</summary>
    public static FileKind? Of(string path) => StatCall.Of(path);
}

/// <summary>fstatat(2).</summary>
internal static unsafe partial class StatCall
{
    private const long SYS_newfstatat = 262, AT_FDCWD = -100, AT_EMPTY_PATH = 0x1000;

    public static FileKind Of(int fd)
    {
        Stat stat;
        byte empty = 0;
        Check.Result(syscall(SYS_newfstatat, fd, (long)&empty, (long)&stat, AT_EMPTY_PATH), "fstat", fd.ToString());
        return Kind(stat);
    }

    public static FileKind? Of(string path)
    {
        Stat stat;
        long result;
        fixed (byte* name = System.Text.Encoding.UTF8.GetBytes(path + '\0'))
            result = syscall(SYS_newfstatat, AT_FDCWD, (long)name, (long)&stat, 0);
        if (result == -1 && Check.LastErrno is Errno.ENOENT or Errno.ENOTDIR)
            return null;
        Check.Result(result, "stat", path);
        return Kind(stat);
    }

    private static FileKind Kind(in Stat stat) => new(stat.Mode, stat.Size, stat.Device, stat.Inode, stat.Rdev);

    // struct stat of x86-64 is 144 bytes.
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private struct Stat
    {
        public ulong Device, Inode, Links;
        public uint Mode, Uid, Gid, Pad;
        public ulong Rdev;
        public long Size;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a, long b, long c, long d);
}
