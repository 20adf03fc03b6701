using System.Runtime.InteropServices;

namespace Slipway.Linux.Mounts;

internal static unsafe partial class MountCalls
{
    public const uint MOVE_MOUNT_F_EMPTY_PATH = 0x04, MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    private const nint SYS_move_mount = 429;

    /// <summary>move_mount(2).</summary>
    public static int MoveMount(int fromDir, byte* fromPath, int toDir, byte* toPath, uint flags) =>
        (int)SyscallMoveMount(SYS_move_mount, fromDir, fromPath, toDir, toPath, flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SyscallMoveMount(nint number, int fromDir, byte* fromPath, int toDir, byte* toPath, uint flags);
}
