using System.Security.Cryptography;
using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store;
using Slipway.Store.Snapshots;

namespace Slipway.Build.Cache;

// DATA/cache/contexts/HEX/   a copy of one context of a client's; HEX is the digest of what tells it from others
//   name                     that, as text, for people
//   tree/                    its files, as the last build saw them
//   tree.lock                held (flock) by the build that has it
// Who removes one takes tree.lock first, without waiting.

/// <summary>Contexts that clients have sent, kept so that the next build of the same directory is sent only what has changed.</summary>
public sealed class KeptContexts
{
    // Those that were built last stay.
    private const int MaxKept = 64;
    private const string Tree = "tree", Lock = "tree.lock", Name = "name";
    private readonly ImageStorage _store;

    internal KeptContexts(ImageStorage store) => _store = store;

    private string Root => Path.Join(_store.Paths.BuildCache, "contexts");

    /// <summary>The copy of a context, for one build; where another build has it, an empty directory that goes with the build.</summary>
    /// <param name="identity">What tells the context from others, for people too; empty where nothing does.</param>
    /// <param name="now">The time.</param>
    public KeptContext Open(string identity, DateTimeOffset now)
    {
        while (identity.Length > 0)
        {
            string place = Path.Join(Root, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity))));
            Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            try
            {
                if (FileLock.TryAcquire(Path.Join(place, Lock)) is not { } held)
                    break;
                if (TryOpen(place, held, identity, now) is { } kept)
                    return kept;
                held.Dispose();
            }
            catch (LinuxException e) when (e.Errno == Errno.ENOENT && !Directory.Exists(place))
            {
                // It was given up at this moment.
            }
        }
        return new(LockedDirectory.Create(_store.Paths.Tmp, "context-"));
    }

    /// <summary>All of them. Each is walked, to measure it.</summary>
    internal IEnumerable<CacheRecord> List(CancellationToken ct)
    {
        if (!Directory.Exists(Root))
            yield break;
        foreach (string place in Directory.EnumerateDirectories(Root))
        {
            if (Digest.TryParseHex(Path.GetFileName(place), out Digest key) && TryRead(place, key, ct) is { } record)
                yield return record;
        }
    }

    /// <summary>Removes one, unless a build has it.</summary>
    /// <returns>Whether it is gone.</returns>
    internal bool TryRemove(Digest key)
    {
        string place = Path.Join(Root, key.Hex);
        try
        {
            using FileLock? held = FileLock.TryAcquire(Path.Join(place, Lock));
            if (held is null)
                return false;
            using LockedDirectory gone = LockedDirectory.Create(_store.Paths.Tmp, "cache-");
            using DirFd root = DirFd.Open(Root);
            root.Rename(Encoding.ASCII.GetBytes(key.Hex), gone.Directory, "gone"u8);
            return true;
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return true;
        }
    }

    // Null where somebody removed it before the lock was ours.
    private KeptContext? TryOpen(string place, FileLock held, string identity, DateTimeOffset now)
    {
        using DirFd directory = DirFd.Open(place);
        if (!directory.TryStatus(Encoding.ASCII.GetBytes(Lock), out FileStatus status) || !status.IsSameFileAs(held.Handle.Status()))
            return null;
        using (SafeFd? name = directory.TryCreateFile(Encoding.ASCII.GetBytes(Name)))
        {
            name?.WriteAt(Encoding.UTF8.GetBytes(identity), 0);
            directory.TryMakeDirectory(Encoding.ASCII.GetBytes(Tree));
            if (name is not null)
                Trim();
        }
        held.Handle.SetTime(FileTime.From(now));
        return new(Path.Join(place, Tree), held);
    }

    private void Trim()
    {
        foreach (string old in Directory.GetDirectories(Root).OrderByDescending(UsedAt).Skip(MaxKept))
        {
            if (Digest.TryParseHex(Path.GetFileName(old), out Digest key))
                TryRemove(key);
        }
    }

    private static DateTime UsedAt(string place) => File.GetLastWriteTimeUtc(Path.Join(place, Lock));

    private static CacheRecord? TryRead(string place, Digest key, CancellationToken ct)
    {
        try
        {
            using FileLock? free = FileLock.TryAcquire(Path.Join(place, Lock));
            (long bytes, _) = TreeUsage.Measure(place, ct);
            string identity = File.ReadAllText(Path.Join(place, Name));
            return new(key, null, $"local source for {identity[(identity.LastIndexOf('\n') + 1)..]}", File.GetLastWriteTimeUtc(Path.Join(place, Name)), UsedAt(place), 1, bytes, false, free is null) { IsContext = true };
        }
        catch (Exception e) when (e is IOException or LinuxException)
        {
            return null; // it goes, or comes, at this moment
        }
    }
}
