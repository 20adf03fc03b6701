using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>
/// An executable file in a form that nobody can write through, for a program that goes near containers (invariant I5, CVE-2019-5736):
/// a process there can open /proc/PID/exe, and what it gets must not be the host's file.
/// </summary>
public static unsafe partial class ExecutableImage
{
    private const long SYS_open_tree = 428, SYS_mount_setattr = 442;
    private const int AT_FDCWD = -100;
    private const long OPEN_TREE_CLONE = 1, OPEN_TREE_CLOEXEC = 0x80000, AT_EMPTY_PATH = 0x1000;
    private const ulong MOUNT_ATTR_RDONLY = 1, MOUNT_ATTR_NOSUID = 2, MOUNT_ATTR_NODEV = 4;
    private const uint MFD_CLOEXEC = 1, MFD_ALLOW_SEALING = 2, MFD_EXEC = 0x10;
    private const int F_ADD_SEALS = 1033, F_SEAL_ALL = 0xf;

    /// <summary>
    /// The file as a read-only mount that is attached nowhere (open_tree(2), mount_setattr(2)); where mounts aren't permitted, a sealed copy in
    /// memory (memfd_create(2)). Execute it by <see cref="SafeFd.ProcPath"/>.
    /// </summary>
    public static SafeFd Open(string path) => TryClone(path) ?? Copy(path);

    private static SafeFd? TryClone(string path)
    {
        int result;
        fixed (byte* name = System.Text.Encoding.UTF8.GetBytes(path + '\0'))
            result = (int)syscall(SYS_open_tree, AT_FDCWD, (long)name, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC, 0, 0);
        if (result == -1)
        {
            // EINVAL: the file is on an unbindable mount, or this process stands outside any it may clone.
            return Check.LastErrno is Errno.EPERM or Errno.ENOSYS or Errno.EINVAL ? null : throw new LinuxException("open_tree", Check.LastErrno, path);
        }
        var tree = new SafeFd(result);
        ulong* attributes = stackalloc ulong[4] { MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, 0, 0, 0 };
        byte empty = 0;
        if (syscall(SYS_mount_setattr, result, (long)&empty, AT_EMPTY_PATH, (long)attributes, 4 * sizeof(ulong)) == 0)
            return tree;
        tree.Dispose();
        return null;
    }

    /// <summary>A program that is nowhere but in memory, sealed; the name is for /proc only.</summary>
    public static SafeFd InMemory(string name, Action<Stream> write)
    {
        // Before Linux 6.3 every such file may be executed, and the flag that asks for it isn't known.
        int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
        if (fd == -1 && Check.LastErrno is Errno.EINVAL)
            fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        SafeFd memory = Check.Fd(fd, "memfd_create", name);
        try
        {
            using (var target = new FileStream(memory.ProcPath, FileMode.Open, FileAccess.Write))
                write(target);
            Check.Result(fcntl(memory.Number, F_ADD_SEALS, F_SEAL_ALL), "fcntl F_ADD_SEALS");
            return memory;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private static SafeFd Copy(string path) => InMemory("slip-runtime", target =>
    {
        using FileStream source = File.OpenRead(path);
        source.CopyTo(target);
    });

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a, long b, long c, long d, long e);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, long argument);
}
