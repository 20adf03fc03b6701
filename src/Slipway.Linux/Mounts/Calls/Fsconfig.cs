using System.Runtime.InteropServices;

namespace Slipway.Linux.Mounts;

internal static unsafe partial class MountCalls
{
    public const uint FSCONFIG_SET_FLAG = 0, FSCONFIG_SET_STRING = 1, FSCONFIG_SET_FD = 5, FSCONFIG_CMD_CREATE = 6;
    private const nint SYS_fsconfig = 431;

    /// <summary>fsconfig(2).</summary>
    public static int Fsconfig(int context, uint command, byte* key, byte* value, int aux) =>
        (int)SyscallFsconfig(SYS_fsconfig, context, command, key, value, aux);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SyscallFsconfig(nint number, int context, uint command, byte* key, byte* value, int aux);
}
