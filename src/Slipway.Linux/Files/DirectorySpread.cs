using static Slipway.Linux.Files.FileCalls;

namespace Slipway.Linux.Files;

/// <summary>
/// Tells ext4 that the subdirectories of a directory have nothing to do with each other (chattr +T), so that each begins in a block group of
/// its own. Without it a tree that is unpacked where another was just removed comes into the same group, and there ext4 looks past every
/// inode that was freed in the last minutes, once for each new file: 50,000 files took 18 s instead of 2 (and <c>tar x</c> 30).
/// </summary>
public static unsafe class DirectorySpread
{
    /// <summary>Sets it; a file system that knows no such thing is left alone.</summary>
    public static void TrySet(string directory)
    {
        using SafeFd handle = FileDescriptor.Open(directory, OpenFlags.Directory);
        int flags;
        if (InodeFlags(handle.Number, FS_IOC_GETFLAGS, &flags) == -1 || (flags & FS_TOPDIR_FL) != 0)
            return;
        flags |= FS_TOPDIR_FL;
        _ = InodeFlags(handle.Number, FS_IOC_SETFLAGS, &flags);
    }
}
