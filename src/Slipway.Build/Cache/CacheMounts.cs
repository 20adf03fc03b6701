using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store;
using Slipway.Store.Snapshots;

namespace Slipway.Build.Cache;

/// <summary>What <c>RUN --mount=type=cache</c> has kept, as records of the cache; see <see cref="Solving.Mounts.CacheDirectories"/> for what lies where.</summary>
internal sealed class CacheMounts(ImageStorage store)
{
    private const string LockSuffix = ".lock", Name = "name";

    private string Root => store.Paths.CacheMounts;

    /// <summary>All of them. Each is walked, to measure it.</summary>
    public IEnumerable<CacheRecord> List(CancellationToken ct)
    {
        if (!Directory.Exists(Root))
            yield break;
        foreach (string place in Directory.EnumerateDirectories(Root))
        {
            if (Digest.TryParseHex(Path.GetFileName(place), out Digest key) && TryRead(place, key, ct) is { } record)
                yield return record;
        }
    }

    /// <summary>Removes one, with all of its directories, unless a step has it.</summary>
    /// <returns>Whether it is gone.</returns>
    public bool TryRemove(Digest key)
    {
        string place = Path.Join(Root, key.Hex);
        List<FileLock> held = [];
        try
        {
            foreach (string path in Locks(place))
            {
                if (FileLock.TryAcquire(path) is not { } free)
                    return false;
                held.Add(free);
            }
            using LockedDirectory gone = LockedDirectory.Create(store.Paths.Tmp, "cache-");
            using DirFd root = DirFd.Open(Root);
            // Away as a whole: whoever waits for one of its locks sees then that it is another directory, and takes the one that is there.
            root.Rename(Encoding.ASCII.GetBytes(key.Hex), gone.Directory, "gone"u8);
            return true;
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return true;
        }
        finally
        {
            held.ForEach(one => one.Dispose());
        }
    }

    private static CacheRecord? TryRead(string place, Digest key, CancellationToken ct)
    {
        try
        {
            string identity = File.ReadAllText(Path.Join(place, Name)).Split('\n')[0];
            (long bytes, _) = TreeUsage.Measure(place, ct);
            return new(key, null, "cache mount " + identity[(identity.IndexOf('/', StringComparison.Ordinal) + 1)..], File.GetLastWriteTimeUtc(Path.Join(place, Name)), UsedAt(place), 1, bytes, false, IsHeld(place))
            {
                IsMount = true,
            };
        }
        catch (Exception e) when (e is IOException or LinuxException)
        {
            return null; // it goes, or comes, at this moment
        }
    }

    private static DateTimeOffset UsedAt(string place) =>
        Locks(place).Select(path => new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero)).DefaultIfEmpty(DateTimeOffset.UnixEpoch).Max();

    private static bool IsHeld(string place)
    {
        foreach (string path in Locks(place))
        {
            using FileLock? free = FileLock.TryAcquire(path);
            if (free is null)
                return true;
        }
        return false;
    }

    private static string[] Locks(string place) => Directory.Exists(place) ? Directory.GetFiles(place, "*" + LockSuffix) : [];
}
