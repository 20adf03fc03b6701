using static Slipway.Linux.Files.FileCalls;

namespace Slipway.Linux.Files;

public sealed unsafe partial class DirFd
{
    /// <summary>Sets owner and group of a name, of the link itself where it is one. Takes setuid and setgid off: set the mode afterwards.</summary>
    public void SetOwner(ReadOnlySpan<byte> name, uint uid, uint gid)
    {
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
            Ensure(Fchownat(Fd, p, uid, gid, AT_SYMLINK_NOFOLLOW), "change owner", name);
    }

    /// <summary>Sets the twelve mode bits of a name that is not a symlink (EOPNOTSUPP for one).</summary>
    public void SetMode(ReadOnlySpan<byte> name, uint mode)
    {
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
        {
            if (Fchmodat2(Fd, p, mode, AT_SYMLINK_NOFOLLOW) != -1)
                return;
            if (Check.LastErrno != Errno.ENOSYS)
                throw new LinuxException("change mode", Check.LastErrno, CName.Show(name));
        }
        using SafeFd file = OpenName(name, OpenFlags.Path);
        if (file.Status().IsSymlink)
            throw new LinuxException("change mode", Errno.EOPNOTSUPP, CName.Show(name));
        file.SetMode(mode);
    }

    /// <summary>Sets the time of the last change (and of the last access, to the same) of a name, of the link itself where it is one.</summary>
    public void SetTime(ReadOnlySpan<byte> name, FileTime modified)
    {
        Timespec* times = stackalloc Timespec[2];
        times[0] = times[1] = new() { tv_sec = modified.Seconds, tv_nsec = modified.Nanoseconds };
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
            Ensure(Utimensat(Fd, p, times, AT_SYMLINK_NOFOLLOW), "set times", name);
    }

    /// <summary>Sets an extended attribute of a name, of the link itself where it is one.</summary>
    public void SetXattr(ReadOnlySpan<byte> name, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        using SafeFd file = OpenName(name, OpenFlags.Path);
        file.SetXattr(key, value);
    }

    /// <summary>An extended attribute of a name; null where it has none of that key.</summary>
    public byte[]? FindXattr(ReadOnlySpan<byte> name, ReadOnlySpan<byte> key)
    {
        using SafeFd file = OpenName(name, OpenFlags.Path);
        return file.FindXattr(key);
    }
}
