using static Slipway.Linux.Files.FileCalls;

namespace Slipway.Linux.Files;

/// <summary>
/// Walks a path as openat2(2) does with RESOLVE_IN_ROOT, name by name, where the kernel can't: in an overlay that is attached nowhere it answers EAGAIN to every
/// <c>..</c> that would climb above the root. Nothing is ever opened by more than one name, none of them a link or <c>..</c>: a link is read and its target
/// walked, and <c>..</c> is the directory that the walk came from, so whatever is renamed meanwhile, nothing above the root is reached.
/// </summary>
internal static unsafe class RootWalk
{
    // The kernel's own bound (path_resolution(7)), and one of descriptors.
    private const int MostLinks = 40, MostDepth = 1024, LongestTarget = 4096;

    /// <summary>Opens a path; null, and why, where it can't.</summary>
    /// <param name="root">What <c>/</c> is, and what <c>..</c> doesn't leave.</param>
    /// <param name="path">Any bytes.</param>
    /// <param name="flags">As of open(2).</param>
    /// <param name="mode">Of a file that is made.</param>
    /// <param name="error">Why not.</param>
    public static SafeFd? TryOpen(DirFd root, ReadOnlySpan<byte> path, OpenFlags flags, uint mode, out Errno error)
    {
        var ahead = new Stack<byte[]>();
        var above = new Stack<SafeFd>();
        try
        {
            Push(ahead, path);
            int links = 0;
            while (ahead.TryPop(out byte[]? name))
            {
                SafeFd at = above.TryPeek(out SafeFd? top) ? top : root.Handle;
                if (name.AsSpan().SequenceEqual("."u8))
                    continue;
                if (name.AsSpan().SequenceEqual(".."u8))
                {
                    if (above.TryPop(out SafeFd? left))
                        left.Dispose();
                    continue;
                }
                bool last = ahead.Count == 0;
                SafeFd? found = Open(at, name, OpenFlags.Path, 0, out error);
                if (found is null)
                    return last && error is Errno.ENOENT && flags.HasFlag(OpenFlags.Create) ? Open(at, name, flags, mode, out error) : null;
                FileStatus status = found.Status();
                if (status.IsSymlink && !(last && flags.HasFlag(OpenFlags.NoFollow)) && !(last && flags.HasFlag(OpenFlags.Exclusive)))
                {
                    using (found)
                    {
                        if (++links > MostLinks)
                            return Failed(Errno.ELOOP, out error);
                        byte[] target = ReadLink(found);
                        if (target is [(byte)'/', ..])
                            Clear(above);
                        Push(ahead, target);
                    }
                    continue;
                }
                if (last && !(status.IsDirectory && flags.HasFlag(OpenFlags.Path)))
                {
                    found.Dispose();
                    return Open(at, name, flags, mode, out error);
                }
                if (last)
                    return Found(found, out error);
                above.Push(found);
                if (!status.IsDirectory)
                    return Failed(Errno.ENOTDIR, out error);
                if (above.Count > MostDepth)
                    return Failed(Errno.ENAMETOOLONG, out error);
            }
            return Open(above.TryPeek(out SafeFd? end) ? end : root.Handle, "."u8, flags, mode, out error);
        }
        finally
        {
            Clear(above);
        }
    }

    // What ends in a slash is a directory: its last name is no last one.
    private static void Push(Stack<byte[]> ahead, ReadOnlySpan<byte> path)
    {
        List<byte[]> names = [];
        foreach (Range part in path.Split((byte)'/'))
        {
            if (!path[part].IsEmpty)
                names.Add(path[part].ToArray());
        }
        if (path is [.., (byte)'/'])
            names.Add("."u8.ToArray());
        for (int i = names.Count - 1; i >= 0; i--)
            ahead.Push(names[i]);
    }

    private static SafeFd? Open(SafeFd directory, ReadOnlySpan<byte> name, OpenFlags flags, uint mode, out Errno error)
    {
        fixed (byte* p = CName.Path(name, stackalloc byte[CName.StackSize]))
        {
            int fd = Openat(directory.Number, p, flags | OpenFlags.NoFollow | OpenFlags.NoControllingTerminal, mode);
            return fd >= 0 ? Found(new SafeFd(fd), out error) : Failed(Check.LastErrno, out error);
        }
    }

    // By the link's own descriptor (readlinkat(2), an empty name): it is the one that was looked at.
    private static byte[] ReadLink(SafeFd link)
    {
        byte* target = stackalloc byte[LongestTarget];
        byte nothing = 0;
        nint length = Readlinkat(link.Number, &nothing, target, LongestTarget);
        return length >= 0 ? new ReadOnlySpan<byte>(target, (int)length).ToArray() : throw new LinuxException("read link", Check.LastErrno, "");
    }

    private static SafeFd Found(SafeFd found, out Errno error)
    {
        error = default;
        return found;
    }

    private static SafeFd? Failed(Errno why, out Errno error)
    {
        error = why;
        return null;
    }

    private static void Clear(Stack<SafeFd> above)
    {
        while (above.TryPop(out SafeFd? directory))
            directory.Dispose();
    }
}
