using System.Security.Cryptography;
using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Store.Blobs;

/// <content>Blobs that are fetched by their digest, perhaps in several tries.</content>
public sealed partial class BlobStore
{
    private const string IngestPrefix = "sha256-";
    private const int FirstPause = 2, LongestPause = 200;

    // What was begun and not gone on with for so long, or is more than this together, is no longer kept.
    private const long LongestKept = 20L << 30;
    private static readonly TimeSpan s_keptFor = TimeSpan.FromDays(7);

    /// <summary>
    /// Begins to fetch a blob, or goes on where an earlier try stopped. Where another process fetches it, this waits until that one is done, or
    /// dead. The running leases of this process hold the blob from here on.
    /// </summary>
    /// <param name="digest">What it has to be.</param>
    /// <param name="size">How long, in bytes; at least 0.</param>
    /// <param name="waiting">Called once where it has to wait.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null where the blob is there.</returns>
    /// <exception cref="SlipwayException">Corrupt: it is there, with another size.</exception>
    public async Task<BlobIngest?> IngestAsync(Digest digest, long size, Action? waiting, CancellationToken cancellation)
    {
        string path = Path.Join(_paths.Ingest, IngestPrefix + digest.Hex);
        _leases.HoldBlob(digest);
        for (int pause = FirstPause; ; pause = Math.Min(pause * 2, LongestPause))
        {
            if (IsThere(digest, size))
                return null;
            SafeFd file = FileDescriptor.Open(path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow, 0x180 /* 0600 */);
            if (!file.TryLock())
            {
                file.Dispose();
                waiting?.Invoke();
                waiting = null;
                await Task.Delay(pause, cancellation).ConfigureAwait(false);
            }
            else if (IsAlone(file, path))
            {
                return Taken(new BlobIngest(this, _leases, path, file, digest, size), cancellation);
            }
            else
            {
                file.Dispose();
            }
        }
    }

    /// <summary>Gives a whole file of the ingest directory its place; one that is there stays, unless a power cut has torn it.</summary>
    internal void Link(string path, Digest digest, long size)
    {
        byte[] from = Encoding.ASCII.GetBytes(Path.GetFileName(path)), name = Encoding.ASCII.GetBytes(digest.Hex);
        using DirFd ingest = DirFd.Open(_paths.Ingest), blobs = DirFd.Open(_paths.Blobs);
        if (blobs.TryLink(name, ingest, from) || new FileInfo(PathOf(digest)) is { Exists: true } file && file.Length == size)
            return;
        byte[] aside = Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N"));
        ingest.TryLink(aside, ingest, from);
        ingest.Rename(aside, blobs, name);
    }

    /// <summary>Whether a name under <c>content/ingest</c> is kept for the next try, and so not for a sweep of what dead processes left.</summary>
    internal static bool IsKept(ReadOnlySpan<byte> name) => name.StartsWith("sha256-"u8);

    /// <summary>Removes the second names of blobs that are in place; only where everything in place is in use, so after a collection.</summary>
    internal void DropFinished()
    {
        using DirFd blobs = DirFd.Open(_paths.Blobs);
        Trim((name, status) => IsInPlace(blobs, name, status));
    }

    /// <summary>Removes what nobody goes on with: a week old, the oldest of more than 20 GiB, and all of it where the disk is full.</summary>
    internal void TrimIngest()
    {
        FileTime oldest = FileTime.From(_clock.GetUtcNow() - s_keptFor);
        (long free, long floor) = DiskFloor.Ask(_paths.Ingest);
        long kept = 0;
        Trim((_, status) =>
        {
            // A second name costs nothing.
            kept += status.Links > 1 ? 0 : status.Blocks * 512;
            return status.Changed < oldest || (status.Links == 1 && (kept > LongestKept || free < floor));
        });
    }

    // The newest first.
    private void Trim(Func<byte[], FileStatus, bool> remove)
    {
        using DirFd ingest = DirFd.Open(_paths.Ingest);
        List<(byte[] Name, FileStatus Status)> all = [];
        foreach (DirEntry entry in ingest.List())
        {
            if (IsKept(entry.Name) && ingest.TryStatus(entry.Name, out FileStatus status) && status.IsRegular)
                all.Add((entry.Name, status));
        }
        foreach ((byte[] name, FileStatus status) in all.OrderByDescending(f => f.Status.Changed))
        {
            if (!remove(name, status))
                continue;
            // A name that is gone meanwhile was somebody's who was done.
            using SafeFd? file = TryTake(ingest, name);
            if (file is not null)
                ingest.TryUnlink(name);
        }
    }

    private static BlobIngest Taken(BlobIngest ingest, CancellationToken cancellation)
    {
        try
        {
            ingest.Resume(cancellation);
            return ingest;
        }
        catch
        {
            ingest.Dispose();
            throw;
        }
    }

    // Ours, and not also the blob in place, which is never written to. Else the name goes, or is gone, and we look again.
    private bool IsAlone(SafeFd file, string path)
    {
        FileStatus ours = file.Status();
        using DirFd ingest = DirFd.Open(_paths.Ingest), blobs = DirFd.Open(_paths.Blobs);
        byte[] name = Encoding.ASCII.GetBytes(Path.GetFileName(path));
        if (!ingest.TryStatus(name, out FileStatus named) || !named.IsSameFileAs(ours))
            return false;
        if (!IsInPlace(blobs, name, ours))
            return true;
        ingest.TryUnlink(name);
        return false;
    }

    // By the file itself, not by the count of its names: a collected blob has one in the collector's bin for a while.
    private static bool IsInPlace(DirFd blobs, byte[] name, in FileStatus status) =>
        status.Links > 1 && blobs.TryStatus(name.AsSpan(IngestPrefix.Length), out FileStatus blob) && blob.IsSameFileAs(status);

    private bool IsThere(Digest digest, long size)
    {
        var file = new FileInfo(PathOf(digest));
        if (!file.Exists)
            return false;
        if (file.Length == size)
            return true;
        // Torn by a power cut, or somebody is wrong about its size.
        using Stream content = OpenRead(digest);
        return Digest.FromHash(SHA256.HashData(content)) == digest
            ? throw new SlipwayException(ErrorKind.Corrupt, $"fetch blob {digest}: it has {file.Length} bytes, and what points at it says {size}")
            : false;
    }
}
