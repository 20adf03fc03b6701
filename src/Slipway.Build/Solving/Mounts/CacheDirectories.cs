using System.Security.Cryptography;
using System.Text;
using Slipway.Build.Dockerfile;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Solving.Mounts;

// DATA/cache/mounts/HEX/     one cache; HEX is the digest of what tells it from others
//   name                     that, as text, for people
//   N/                       its directories: 0, and further ones where a private one was asked for while the others were in use
//   N.lock                   held (flock) while a step uses N: shared, or exclusively for private and locked ones
// Who removes one takes N.lock exclusively first, without waiting. No layer and no key ever depends on what is in there.

/// <summary>The directories of <c>RUN --mount=type=cache</c>. They outlive builds, and several processes use them.</summary>
internal static class CacheDirectories
{
    private const int MaxPrivate = 1000;
    private const string Name = "name";

    /// <summary>Takes a cache's directory; a new one is filled first.</summary>
    /// <param name="root">Where caches are.</param>
    /// <param name="identity">What tells the cache from others.</param>
    /// <param name="sharing">Whether others may have it too.</param>
    /// <param name="now">The time.</param>
    /// <param name="fill">Makes a new one's directory and returns it: it is renamed into place.</param>
    /// <param name="ct">Ends the wait for a locked one.</param>
    public static HeldCache Take(string root, string identity, CacheSharing sharing, DateTimeOffset now, Func<LockedDirectory> fill, CancellationToken ct)
    {
        string hex = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)));
        string place = Path.Join(root, hex);
        while (true)
        {
            Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            try
            {
                if (TryTake(place, identity, sharing, now, fill, ct) is { } held)
                    return held;
            }
            catch (LinuxException e) when (e.Errno == Errno.ENOENT && !Directory.Exists(place))
            {
            }
        }
    }

    // Null where somebody removed the cache meanwhile.
    private static HeldCache? TryTake(string place, string identity, CacheSharing sharing, DateTimeOffset now, Func<LockedDirectory> fill, CancellationToken ct)
    {
        using DirFd directory = DirFd.Open(place);
        Describe(directory, identity);
        (int number, FileLock held) = Lock(place, sharing, ct);
        if (!IsThere(directory, place))
        {
            held.Dispose();
            return null;
        }
        try
        {
            // When it was used, for whoever chooses what to give up.
            held.Handle.SetTime(FileTime.From(now));
            byte[] name = Encoding.ASCII.GetBytes(number.ToString());
            if (directory.TryOpenDirectory(name) is not { } cache)
            {
                using (LockedDirectory made = fill())
                    made.TryMoveTo(directory, name); // false: another sharer was faster, and its directory is as good
                cache = directory.OpenDirectory(name);
            }
            return new(cache, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static bool IsThere(DirFd directory, string place)
    {
        if (!Directory.Exists(place))
            return false;
        using DirFd now = DirFd.Open(place);
        return now.Status().IsSameFileAs(directory.Status());
    }

    private static (int Number, FileLock Held) Lock(string place, CacheSharing sharing, CancellationToken ct)
    {
        if (sharing != CacheSharing.Private)
            return (0, FileLock.Acquire(LockOf(place, 0), shared: sharing == CacheSharing.Shared, ct));
        for (int number = 0; number < MaxPrivate; number++)
        {
            if (FileLock.TryAcquire(LockOf(place, number)) is { } held)
                return (number, held);
        }
        throw new SlipwayException(ErrorKind.Exhausted, $"{MaxPrivate} private directories of one cache are in use");
    }

    private static string LockOf(string place, int number) => Path.Join(place, number + ".lock");

    private static void Describe(DirFd directory, string identity)
    {
        using SafeFd? file = directory.TryCreateFile(Encoding.ASCII.GetBytes(Name));
        file?.WriteAt(Encoding.UTF8.GetBytes(identity), 0);
    }
}

/// <summary>A cache's directory in use; free for others when disposed.</summary>
internal sealed record HeldCache(DirFd Directory, FileLock Lock) : IDisposable
{
    public void Dispose()
    {
        Directory.Dispose();
        Lock.Dispose();
    }
}
