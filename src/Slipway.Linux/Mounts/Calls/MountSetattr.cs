using System.Runtime.InteropServices;

namespace Slipway.Linux.Mounts;

internal static unsafe partial class MountCalls
{
    private const nint SYS_mount_setattr = 442;

    /// <summary>struct mount_attr of mount_setattr(2).</summary>
    public struct MountAttr
    {
        public ulong attr_set, attr_clr, propagation, userns_fd;
    }

    /// <summary>mount_setattr(2), Linux 5.12.</summary>
    public static int MountSetattr(int dir, byte* path, uint flags, MountAttr* attributes) =>
        (int)SyscallMountSetattr(SYS_mount_setattr, dir, path, flags, attributes, (nuint)sizeof(MountAttr));

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SyscallMountSetattr(nint number, int dir, byte* path, uint flags, MountAttr* attributes, nuint size);
}
