using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Store.Archives;

namespace Slipway.Store.Snapshots;

/// <summary>Tells how a writable layer differs from the layers below it, as <c>docker diff</c> does.</summary>
public static class LayerChanges
{
    /// <summary>
    /// All changes, sorted by path. A directory is Modified when its owner or mode changed or anything in it did. What was copied up but
    /// is the same again is no change. Of a directory that is gone, only itself is listed.
    /// </summary>
    /// <param name="upperDir">The upper directory of the overlay.</param>
    /// <param name="lowersTopFirst">The layers below, the top one first.</param>
    /// <param name="cancellation">Ends the walk.</param>
    public static IReadOnlyList<Change> List(string upperDir, IReadOnlyList<string> lowersTopFirst, CancellationToken cancellation = default)
    {
        using DirFd upper = DirFd.Open(upperDir);
        using var lower = MergedDirectory.Open(lowersTopFirst);
        var found = new List<(ChangeKind Kind, byte[] Path)>();
        Compare(upper, lower, [], found, cancellation);
        found.Sort(static (a, b) => a.Path.AsSpan().SequenceCompareTo(b.Path));
        return found.ConvertAll(c => new Change(c.Kind, Encoding.UTF8.GetString(c.Path)));
    }

    // True when anything in the directory changed. lower is null where nothing was there before.
    private static bool Compare(DirFd upper, MergedDirectory? lower, byte[] path, List<(ChangeKind, byte[])> found, CancellationToken cancellation)
    {
        int before = found.Count;
        List<DirEntry> entries = upper.List();
        foreach (DirEntry entry in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            CompareName(upper, lower, entry, [.. path, (byte)'/', .. entry.Name], found, cancellation);
        }
        if (lower is not null && path.Length > 0 && upper.IsOpaque())
            ListHidden(lower, entries, path, found);
        return found.Count > before;
    }

    private static void CompareName(DirFd upper, MergedDirectory? lower, in DirEntry entry, byte[] path,
        List<(ChangeKind, byte[])> found, CancellationToken cancellation)
    {
        byte[] name = entry.Name;
        FileStatus old = default;
        DirFd? oldLayer = null;
        bool existed = lower is not null && lower.TryFind(name, out old, out oldLayer!);
        // Most names of most layers: what is new needs no status, unless it may be a whiteout or has names of its own.
        if (!existed && entry.Type is FileType.Regular or FileType.Symlink)
        {
            found.Add((ChangeKind.Added, path));
            return;
        }
        if (!upper.TryStatus(name, out FileStatus status))
            return;
        if (status.IsWhiteout())
        {
            if (existed)
                found.Add((ChangeKind.Deleted, path));
            return;
        }
        bool inside = false;
        if (status.IsDirectory && upper.TryOpenDirectory(name) is { } directory)
        {
            using (directory)
            using (MergedDirectory? below = existed && old.IsDirectory ? lower!.OpenChild(name) : null)
                inside = Compare(directory, below, path, found, cancellation);
        }
        if (!existed)
            found.Add((ChangeKind.Added, path));
        else if (inside || Differs(upper, oldLayer!, name, status, old))
            found.Add((ChangeKind.Modified, path));
    }

    // An opaque directory shows nothing of the lower ones: what they had and it has not, is gone.
    private static void ListHidden(MergedDirectory lower, List<DirEntry> entries, byte[] path, List<(ChangeKind, byte[])> found)
    {
        var present = new HashSet<byte[]>(entries.Select(e => e.Name), ByteKey.Comparer);
        foreach (byte[] name in lower.Names())
        {
            if (!present.Contains(name))
                found.Add((ChangeKind.Deleted, [.. path, (byte)'/', .. name]));
        }
    }

    private static bool Differs(DirFd upper, DirFd oldLayer, byte[] name, in FileStatus status, in FileStatus old)
    {
        if (status.Type != old.Type || status.Mode != old.Mode || status.Uid != old.Uid || status.Gid != old.Gid || status.SpecialDevice != old.SpecialDevice)
            return true;
        // A directory's time and size change with its names, which are listed themselves.
        if (!status.IsDirectory && (status.Size != old.Size || status.Modified != old.Modified))
            return true;
        return status.IsRegular && !SameCapability(upper, oldLayer, name);
    }

    private static bool SameCapability(DirFd upper, DirFd oldLayer, byte[] name)
    {
        try
        {
            return upper.FindXattr(name, "security.capability"u8).AsSpan().SequenceEqual(oldLayer.FindXattr(name, "security.capability"u8));
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return true;
        }
    }
}
