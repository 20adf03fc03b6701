using System.Runtime.InteropServices;

namespace Slipway.Linux.Files;

internal static unsafe partial class FileCalls
{
    public const int AT_SYMLINK_NOFOLLOW = 0x100, AT_EMPTY_PATH = 0x1000;
    private const uint STATX_BASIC_STATS = 0x7ff, STATX_MNT_ID = 0x1000;

    /// <summary>statx(2), never following a link at the end; false with errno set on failure.</summary>
    public static bool Statx(int dir, byte* path, int flags, out FileStatus status)
    {
        StatxBuffer s;
        if (NativeStatx(dir, path, flags | AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_MNT_ID, &s) == -1)
        {
            status = default;
            return false;
        }
        status = new((FileType)(s.stx_mode >> 12), s.stx_mode & 0xfffu, s.stx_uid, s.stx_gid, (long)s.stx_size, (long)s.stx_blocks,
            s.stx_ino, s.stx_nlink, new(s.stx_dev_major, s.stx_dev_minor), new(s.stx_rdev_major, s.stx_rdev_minor),
            s.stx_atime.ToTime(), s.stx_mtime.ToTime(), s.stx_ctime.ToTime(), s.stx_mnt_id);
        return true;
    }

    private struct StatxTime
    {
        public long tv_sec;
        public uint tv_nsec;
        public int reserved;

        public readonly FileTime ToTime() => new(tv_sec, tv_nsec);
    }

    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct StatxBuffer
    {
        public uint stx_mask, stx_blksize;
        public ulong stx_attributes;
        public uint stx_nlink, stx_uid, stx_gid;
        public ushort stx_mode, pad;
        public ulong stx_ino, stx_size, stx_blocks, stx_attributes_mask;
        public StatxTime stx_atime, stx_btime, stx_ctime, stx_mtime;
        public uint stx_rdev_major, stx_rdev_minor, stx_dev_major, stx_dev_minor;
        public ulong stx_mnt_id;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int NativeStatx(int dir, byte* path, int flags, uint mask, StatxBuffer* buffer);
}
