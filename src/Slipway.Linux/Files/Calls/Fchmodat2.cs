using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    private const nint SYS_fchmodat2 = 452;

    /// <summary>fchmodat2(2), Linux 6.6: the first that can be told not to follow a link.</summary>
    public static int Fchmodat2(int dir, byte* path, uint mode, uint flags) => (int)SyscallFchmodat2(SYS_fchmodat2, dir, path, mode, flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SyscallFchmodat2(nint number, int dir, byte* path, uint mode, uint flags);
}
