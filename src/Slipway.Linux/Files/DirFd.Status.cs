using static Slipway.Linux.Files.FileCalls;

namespace Slipway.Linux.Files;

public sealed unsafe partial class DirFd
{
    private const int LongestTarget = 4096;

    /// <summary>The status of this directory.</summary>
    public FileStatus Status() => Handle.Status();

    /// <summary>The status of a name, of the link itself where it is one.</summary>
    public FileStatus Status(ReadOnlySpan<byte> name) =>
        TryStatus(name, out FileStatus status) ? status : throw new LinuxException("stat", Errno.ENOENT, CName.Show(name));

    /// <summary>False where there is no such name.</summary>
    public bool TryStatus(ReadOnlySpan<byte> name, out FileStatus status)
    {
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
        {
            if (Statx(Fd, p, 0, out status))
                return true;
            return Check.LastErrno == Errno.ENOENT ? false : throw new LinuxException("stat", Check.LastErrno, CName.Show(name));
        }
    }

    /// <summary>The target of a symlink: any bytes but NUL.</summary>
    public byte[] ReadLink(ReadOnlySpan<byte> name)
    {
        byte* target = stackalloc byte[LongestTarget];
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
        {
            nint length = Readlinkat(Fd, p, target, LongestTarget);
            return length >= 0 ? new ReadOnlySpan<byte>(target, (int)length).ToArray()
                : throw new LinuxException("read link", Check.LastErrno, CName.Show(name));
        }
    }
}
