using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>Makes and removes directories of cgroupfs (mkdir(2), rmdir(2)), whose files come and go with them.</summary>
public static partial class CgroupDirectory
{
    private const uint Mode = 0x1ed; // 0755

    /// <summary>Makes one, and those above it; false when it is there already.</summary>
    /// <exception cref="LinuxException">EROFS, EACCES: the file system can't be written here. ENOENT: it is no cgroup file system.</exception>
    public static bool TryMake(string path)
    {
        if (mkdir(path, Mode) == 0)
            return true;
        if (Check.LastErrno == Errno.EEXIST)
            return false;
        if (Check.LastErrno != Errno.ENOENT || Path.GetDirectoryName(path) is not { Length: > 1 } parent)
            throw new LinuxException("mkdir", Check.LastErrno, path);
        TryMake(parent);
        return mkdir(path, Mode) == 0 || (Check.LastErrno == Errno.EEXIST ? false : throw new LinuxException("mkdir", Check.LastErrno, path));
    }

    /// <summary>False when it is in use: processes or cgroups are in it. One that does not exist is removed.</summary>
    public static bool TryRemove(string path)
    {
        if (rmdir(path) == 0 || Check.LastErrno == Errno.ENOENT)
            return true;
        return Check.LastErrno == Errno.EBUSY ? false : throw new LinuxException("rmdir", Check.LastErrno, path);
    }

    /// <summary>Removes it or says why not.</summary>
    /// <exception cref="LinuxException">EBUSY: it is in use.</exception>
    public static void Remove(string path)
    {
        if (!TryRemove(path))
            throw new LinuxException("rmdir", Errno.EBUSY, path);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdir(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rmdir(string path);
}
