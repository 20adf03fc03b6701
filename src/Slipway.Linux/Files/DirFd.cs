using System.Runtime.CompilerServices;
using System.Text;
using static Slipway.Linux.Files.FileCalls;

namespace Slipway.Linux.Files;

/// <summary>
/// An open directory, and everything that is done below it (invariant I1): a path that an image, an archive or a container can
/// influence is never given to the kernel as a string from the root of the host.
/// Methods with a <c>name</c> act on one name of this directory and never follow it when it is a link; methods with a
/// <c>path</c> and a <see cref="Resolve"/> walk below this directory and can't leave it. Names are bytes.
/// Failures are <see cref="LinuxException"/>; <c>Try…</c> gives null or false for "not there" only.
/// </summary>
[SkipLocalsInit]
public sealed unsafe partial class DirFd : IDisposable
{
    /// <summary>Takes ownership of an open directory.</summary>
    public DirFd(SafeFd handle) => Handle = handle;

    /// <summary>The descriptor; closed with this object.</summary>
    public SafeFd Handle { get; }

    private int Fd => Handle.Number;

    /// <summary>Opens a directory of the host by a path that nobody hostile influences. Links are followed.</summary>
    public static DirFd Open(string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        fixed (byte* p = CName.Path(bytes, stackalloc byte[CName.StackSize]))
            return new(Check.Fd(Openat(AT_FDCWD, p, OpenFlags.Directory, 0), "open directory", path));
    }

    /// <summary>Opens the directory that <paramref name="name"/> is.</summary>
    public DirFd OpenDirectory(ReadOnlySpan<byte> name) => new(OpenName(name, OpenFlags.Directory));

    /// <summary>As <see cref="OpenDirectory(ReadOnlySpan{byte})"/>; null where there is no such name, or it is no directory.</summary>
    public DirFd? TryOpenDirectory(ReadOnlySpan<byte> name)
    {
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
        {
            int fd = Openat(Fd, p, OpenFlags.Directory | OpenFlags.NoFollow, 0);
            if (fd >= 0)
                return new(new SafeFd(fd));
            return IsAbsence(Check.LastErrno) ? null : throw new LinuxException("open directory", Check.LastErrno, CName.Show(name));
        }
    }

    /// <summary>Opens a directory somewhere below.</summary>
    public DirFd OpenDirectory(ReadOnlySpan<byte> path, Resolve resolve) => new(OpenPath(path, OpenFlags.Directory, 0, resolve));

    /// <summary>As above; null where the path leads nowhere, to no directory, through a loop, or (with <see cref="Resolve.Beneath"/>) out.</summary>
    public DirFd? TryOpenDirectory(ReadOnlySpan<byte> path, Resolve resolve) =>
        TryOpenPath(path, OpenFlags.Directory, resolve) is { } handle ? new(handle) : null;

    /// <summary>Opens one name of this directory, never following it.</summary>
    /// <param name="name">One name.</param>
    /// <param name="flags">How; NoFollow is added.</param>
    /// <param name="mode">Permission bits of a new file; the umask is taken off.</param>
    public SafeFd OpenName(ReadOnlySpan<byte> name, OpenFlags flags, uint mode = 0)
    {
        fixed (byte* p = CName.Leaf(name, stackalloc byte[CName.StackSize]))
        {
            int fd = Openat(Fd, p, flags | OpenFlags.NoFollow | OpenFlags.NoControllingTerminal, mode);
            return fd >= 0 ? new(fd) : throw new LinuxException("open", Check.LastErrno, CName.Show(name));
        }
    }

    /// <summary>Opens a path below this directory. An empty path is this directory itself.</summary>
    public SafeFd OpenPath(ReadOnlySpan<byte> path, OpenFlags flags, uint mode, Resolve resolve)
    {
        fixed (byte* p = CName.Path(path.IsEmpty ? "."u8 : path, stackalloc byte[CName.StackSize]))
        {
            int fd = Openat2(Fd, p, flags | OpenFlags.NoControllingTerminal & ~PathOnly(flags), mode, resolve);
            if (fd >= 0)
                return new(fd);
            Errno error = Check.LastErrno;
            return (MustBeWalked(error, resolve) ? RootWalk.TryOpen(this, path, flags, mode, out error) : null) ?? throw new LinuxException("open", error, CName.Show(path));
        }
    }

    /// <summary>As <see cref="OpenPath"/> for what exists; null where the path leads nowhere.</summary>
    public SafeFd? TryOpenPath(ReadOnlySpan<byte> path, OpenFlags flags, Resolve resolve)
    {
        fixed (byte* p = CName.Path(path.IsEmpty ? "."u8 : path, stackalloc byte[CName.StackSize]))
        {
            int fd = Openat2(Fd, p, flags | OpenFlags.NoControllingTerminal & ~PathOnly(flags), 0, resolve);
            if (fd >= 0)
                return new(fd);
            Errno error = Check.LastErrno;
            if (MustBeWalked(error, resolve) && RootWalk.TryOpen(this, path, flags, 0, out error) is { } walked)
                return walked;
            return IsAbsence(error) ? null : throw new LinuxException("open", error, CName.Show(path));
        }
    }

    /// <summary>A second handle of the same directory, with a position of its own.</summary>
    public DirFd Reopen() => OpenDirectory("."u8);

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    // openat2 refuses O_NOCTTY beside O_PATH, where openat ignored it.
    private static OpenFlags PathOnly(OpenFlags flags) => flags.HasFlag(OpenFlags.Path) ? OpenFlags.NoControllingTerminal : 0;

    // The kernel never says where ".." at the root leads in an overlay that is attached nowhere, however often it is asked.
    private static bool MustBeWalked(Errno error, Resolve resolve) => error is Errno.EAGAIN && resolve is Resolve.InRoot;

    private static bool IsAbsence(Errno errno) => errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.EXDEV;

    private static void Ensure(int result, string call, ReadOnlySpan<byte> name)
    {
        if (result == -1)
            throw new LinuxException(call, Check.LastErrno, CName.Show(name));
    }
}
