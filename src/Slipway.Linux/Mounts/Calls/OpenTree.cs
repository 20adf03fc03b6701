using System.Runtime.InteropServices;

namespace Slipway.Linux.Mounts;

internal static unsafe partial class MountCalls
{
    public const uint OPEN_TREE_CLONE = 1, AT_EMPTY_PATH = 0x1000, AT_RECURSIVE = 0x8000, AT_SYMLINK_NOFOLLOW = 0x100;
    private const uint OPEN_TREE_CLOEXEC = 0x80000;
    private const nint SYS_open_tree = 428;

    /// <summary>open_tree(2).</summary>
    public static int OpenTree(int dir, byte* path, uint flags) => (int)SyscallOpenTree(SYS_open_tree, dir, path, flags | OPEN_TREE_CLOEXEC);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SyscallOpenTree(nint number, int dir, byte* path, uint flags);
}
