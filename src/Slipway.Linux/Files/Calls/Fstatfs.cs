using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    /// <summary>fstatfs(2).</summary>
    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    public static partial int Fstatfs(int fd, StatfsBuffer* buffer);

    /// <summary>struct statfs of x86-64.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 120)]
    public struct StatfsBuffer
    {
        public long f_type, f_bsize;
        public ulong f_blocks, f_bfree, f_bavail, f_files, f_ffree;
        public ulong f_fsid;
        public long f_namelen, f_frsize, f_flags;
    }
}
