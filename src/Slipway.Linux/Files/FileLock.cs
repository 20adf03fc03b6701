using static Slipway.Linux.Files.FileCalls;

namespace Slipway.Linux.Files;

/// <summary>
/// A lock on a file (flock(2)): held by the open file, so it ends with this object or with the process, however that ends.
/// The file stays; it holds nothing.
/// </summary>
public sealed class FileLock : IDisposable
{
    private readonly SafeFd _file;

    private FileLock(SafeFd file) => _file = file;

    /// <summary>What holds it: a process that is sent this holds the lock too, until it closes its own.</summary>
    public SafeFd Handle => _file;

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The lock file, made 0600 when missing; its directory exists.</param>
    /// <param name="shared">Many may hold it shared, one exclusively.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static FileLock Acquire(string path, bool shared = false, CancellationToken cancellation = default)
    {
        if (!cancellation.CanBeCanceled)
            return Wait(path, shared);
        // A blocking flock can't be woken by a token, so this asks again, from every ms at first to every 50 ms.
        for (int pause = 1; ; pause = Math.Min(pause * 2, 50))
        {
            if (TryAcquire(path, shared) is { } held)
                return held;
            cancellation.WaitHandle.WaitOne(pause);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The lock, or null where another holds it.</summary>
    public static FileLock? TryAcquire(string path, bool shared = false)
    {
        SafeFd file = OpenFile(path);
        if (Flock(file.Number, Operation(shared) | LOCK_NB) != -1)
            return new(file);
        Errno errno = Check.LastErrno;
        file.Dispose();
        return errno is Errno.EAGAIN or Errno.EINTR ? null : throw new LinuxException("lock", errno, path);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FileLock Wait(string path, bool shared)
    {
        SafeFd file = OpenFile(path);
        while (Flock(file.Number, Operation(shared)) == -1)
        {
            if (Check.LastErrno == Errno.EINTR)
                continue;
            var error = new LinuxException("lock", Check.LastErrno, path);
            file.Dispose();
            throw error;
        }
        return new(file);
    }

    private static int Operation(bool shared) => shared ? LOCK_SH : LOCK_EX;

    private static SafeFd OpenFile(string path) =>
        FileDescriptor.Open(path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow, 0x180 /* 0600 */);
}
