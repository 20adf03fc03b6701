using static Slipway.Linux.Files.FileCalls;

namespace Slipway.Linux.Files;

public sealed unsafe partial class DirFd
{
    /// <summary>Makes a new file, open for writing. EEXIST where the name is taken, by a link too.</summary>
    public SafeFd CreateFile(ReadOnlySpan<byte> name, uint mode = 0x180 /* 0600 */) =>
        OpenName(name, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive, mode);

    /// <summary>As <see cref="CreateFile"/>; null where the name is taken.</summary>
    public SafeFd? TryCreateFile(ReadOnlySpan<byte> name, uint mode = 0x180 /* 0600 */)
    {
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
        {
            int fd = Openat(Fd, p, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, mode);
            if (fd >= 0)
                return new(fd);
            return Check.LastErrno == Errno.EEXIST ? null : throw new LinuxException("create file", Check.LastErrno, CName.Show(name));
        }
    }

    /// <summary>Makes a directory. The umask is taken off the mode.</summary>
    public void MakeDirectory(ReadOnlySpan<byte> name, uint mode = 0x1c0 /* 0700 */)
    {
        if (!TryMakeDirectory(name, mode))
            throw new LinuxException("make directory", Errno.EEXIST, CName.Show(name));
    }

    /// <summary>False where the name is taken, by whatever it may be.</summary>
    public bool TryMakeDirectory(ReadOnlySpan<byte> name, uint mode = 0x1c0 /* 0700 */)
    {
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
            return Made(Mkdirat(Fd, p, mode), "make directory", name);
    }

    /// <summary>Makes a symlink; false where the name is taken.</summary>
    public bool TrySymlink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        fixed (byte* t = CName.Path(target, stackalloc byte[CName.StackSize]))
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
            return Made(Symlinkat(t, Fd, p), "make symlink", name);
    }

    /// <summary>Gives the file that <paramref name="existing"/> names in <paramref name="from"/> a second name here; a symlink is linked itself.
    /// False where the name is taken.</summary>
    public bool TryLink(ReadOnlySpan<byte> name, DirFd from, ReadOnlySpan<byte> existing)
    {
        fixed (byte* e = CName.Leaf(existing, stackalloc byte[CName.StackSize]))
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
            return Made(Linkat(from.Fd, e, Fd, p, 0), "make hard link", name);
    }

    /// <summary>Gives a nameless file (O_TMPFILE) its name; false where the name is taken.</summary>
    public bool TryLink(ReadOnlySpan<byte> name, SafeFd file)
    {
        fixed (byte* e = file.CPath(stackalloc byte[CName.StackSize]))
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
            return Made(Linkat(AT_FDCWD, e, Fd, p, AT_SYMLINK_FOLLOW), "make hard link", name);
    }

    /// <summary>Makes a device node, a FIFO or a socket; false where the name is taken. The umask is taken off the mode.</summary>
    public bool TryMakeNode(ReadOnlySpan<byte> name, FileType type, uint mode, DeviceNumber device = default)
    {
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
            return Made(Mknodat(Fd, p, ((uint)type << 12) | (mode & 0xfff), device.Encoded), "make node", name);
    }

    private static bool Made(int result, string call, ReadOnlySpan<byte> name)
    {
        if (result != -1)
            return true;
        return Check.LastErrno == Errno.EEXIST ? false : throw new LinuxException(call, Check.LastErrno, CName.Show(name));
    }
}
