using System.Runtime.InteropServices;

namespace Slipway.Linux.Mounts;

internal static unsafe partial class MountCalls
{
    private const uint FSMOUNT_CLOEXEC = 1;
    private const nint SYS_fsmount = 432;

    /// <summary>fsmount(2).</summary>
    public static int Fsmount(int context, uint attributes) => (int)SyscallFsmount(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SyscallFsmount(nint number, int context, uint flags, uint attributes);
}
