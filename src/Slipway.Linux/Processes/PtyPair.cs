using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>
/// A terminal for a container, made from outside: by descriptors alone, without a name that something inside could swap (CVE-2025-52565).
/// </summary>
public static unsafe partial class PtyPair
{
    private const int O_RDWR = 2, O_NOCTTY = 0x100, O_CLOEXEC = 0x80000;

    /// <summary>Opens a pair of an open devpts mount (its directory), attached or not.</summary>
    public static (SafeFd Master, SafeFd Slave) Open(SafeFd devpts) => Unlock(Check.Fd(openat(devpts.Number, "ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), "open", "ptmx"));

    /// <summary>Opens a pair of the host's.</summary>
    public static (SafeFd Master, SafeFd Slave) OpenHost() => Unlock(Check.Fd(openat(-1, "/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), "open", "/dev/ptmx"));

    /// <summary>Opens a directory beneath a container's root, links being errors, and says whether it is a devpts (openat2(2), fstatfs(2)).</summary>
    public static SafeFd OpenDevpts(SafeFd root, string path, out bool isDevpts)
    {
        long* how = stackalloc long[3]
        {
            KernelConstants.O_PATH | KernelConstants.O_DIRECTORY | O_CLOEXEC, 0, KernelConstants.RESOLVE_IN_ROOT | KernelConstants.RESOLVE_NO_SYMLINKS,
        };
        SafeFd found;
        fixed (byte* name = System.Text.Encoding.UTF8.GetBytes(path + '\0'))
            found = Check.Fd((int)syscall((long)Syscall.openat2, root.Number, (long)name, (long)how, 3 * sizeof(long)), "open", path);
        byte* status = stackalloc byte[KernelConstants.StatFsSize];
        Check.Result(syscall((long)Syscall.fstatfs, found.Number, (long)status, 0, 0), "fstatfs", path);
        isDevpts = *(long*)(status + KernelConstants.StatFsTypeOffset) == KernelConstants.DEVPTS_SUPER_MAGIC;
        return found;
    }

    // pty(7), ioctl_tty(2): TIOCGPTPEER opens the other end from the master, whatever lies at its path.
    private static (SafeFd Master, SafeFd Slave) Unlock(SafeFd master)
    {
        try
        {
            int zero = 0;
            Check.Result(ioctl(master.Number, (nuint)KernelConstants.TIOCSPTLCK, (nint)(&zero)), "ioctl TIOCSPTLCK");
            SafeFd slave = Check.Fd(ioctl(master.Number, (nuint)KernelConstants.TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC), "ioctl TIOCGPTPEER");
            return (master, slave);
        }
        catch
        {
            master.Dispose();
            throw;
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(int directory, string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a, long b, long c, long d);
}
