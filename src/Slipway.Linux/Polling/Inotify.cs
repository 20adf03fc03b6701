using System.Runtime.InteropServices;

namespace Slipway.Linux.Polling;

/// <summary>Tells when a file or a directory changes (inotify(7)).</summary>
public static unsafe partial class Inotify
{
    private const int IN_NONBLOCK = 0x800, IN_CLOEXEC = 0x80000;
    private const uint IN_MODIFY = 2, IN_MOVED_TO = 0x80, IN_DELETE = 0x200, IN_DELETE_SELF = 0x400, IN_MOVE_SELF = 0x800;

    /// <summary>Makes an instance, non-blocking.</summary>
    public static SafeFd Create() => Check.Fd(inotify_init1(IN_NONBLOCK | IN_CLOEXEC), "inotify_init1");

    /// <summary>Wakes when the file is written to, renamed or removed.</summary>
    public static void WatchFile(SafeFd inotify, string path) => Add(inotify, path, IN_MODIFY | IN_MOVE_SELF | IN_DELETE_SELF);

    /// <summary>Wakes when an entry of the directory is removed, or renamed into it.</summary>
    public static void WatchEntries(SafeFd inotify, string path) => Add(inotify, path, IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF);

    /// <summary>Throws the queued events away: the caller looks at the files themselves.</summary>
    public static void Drain(SafeFd inotify)
    {
        Span<byte> events = stackalloc byte[4096];
        while (FdIo.Read(inotify, events) > 0)
        {
        }
    }

    private static void Add(SafeFd inotify, string path, uint mask) =>
        Check.Result(inotify_add_watch(inotify.Number, path, mask), "inotify_add_watch", path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_init1(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int inotify_add_watch(int fd, string path, uint mask);
}
