using System.Runtime.InteropServices;

namespace Slipway.Linux.Processes;

/// <summary>Removes a directory of cgroupfs (rmdir(2)), whose files go with it.</summary>
public static partial class CgroupDirectory
{
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
    private static partial int rmdir(string path);
}
