using System.Runtime.InteropServices;

namespace Slipway.Linux.Mounts;

internal static unsafe partial class MountCalls
{
    private const uint FSOPEN_CLOEXEC = 1;
    private const nint SYS_fsopen = 430;

    /// <summary>fsopen(2).</summary>
    public static int Fsopen(byte* name) => (int)SyscallFsopen(SYS_fsopen, name, FSOPEN_CLOEXEC);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SyscallFsopen(nint number, byte* name, uint flags);
}
