using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    private const nint SYS_openat2 = 437;
    private const ulong RESOLVE_NO_XDEV = 0x01, RESOLVE_NO_MAGICLINKS = 0x02, RESOLVE_NO_SYMLINKS = 0x04, RESOLVE_BENEATH = 0x08,
        RESOLVE_IN_ROOT = 0x10;

    private const int MostAttempts = 16;

    public const int AT_FDCWD = -100;

    /// <summary>openat2(2); glibc has no wrapper yet. -1 on failure, errno set.</summary>
    public static int Openat2(int dir, byte* path, OpenFlags flags, uint mode, Resolve resolve)
    {
        var how = new OpenHow { flags = (ulong)(flags | OpenFlags.CloseOnExec), mode = mode, resolve = Bits(resolve) };
        for (int attempt = 0; ; attempt++)
        {
            int fd = (int)Syscall(SYS_openat2, dir, path, &how, (nuint)sizeof(OpenHow));
            // EAGAIN: a rename elsewhere made the kernel unsure whether ".." stayed inside; the page advises to try again.
            // In an overlay that is attached nowhere it is always so.
            if (fd >= 0 || attempt == MostAttempts || Check.LastErrno is not (Errno.EAGAIN or Errno.EINTR))
                return fd;
        }
    }

    private static ulong Bits(Resolve resolve) => resolve switch
    {
        Resolve.Beneath => RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
        Resolve.InRoot => RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
        Resolve.NoLinks => RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
        Resolve.InRootOneMount => RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
        _ => throw new ArgumentOutOfRangeException(nameof(resolve)),
    };

    private struct OpenHow
    {
        public ulong flags, mode, resolve;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, int dir, byte* path, OpenHow* how, nuint size);
}
