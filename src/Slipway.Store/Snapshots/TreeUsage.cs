using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Store.Snapshots;

/// <summary>What a tree takes on the disk.</summary>
public static class TreeUsage
{
    /// <summary>
    /// Adds up disk blocks (st_blocks of 512 bytes) and files of a tree, the directory itself included; a file with several names
    /// counts once, and nothing that is mounted inside counts. A file that goes meanwhile counts as nothing.
    /// </summary>
    /// <param name="directory">A directory of the host; what is in it may be hostile.</param>
    /// <param name="cancellation">Ends the walk.</param>
    public static (long Bytes, long Files) Measure(string directory, CancellationToken cancellation = default) => Measure(directory, new(), cancellation);

    /// <summary>As <see cref="Measure(string, CancellationToken)"/>; a file with several names counts once over all measurements with the same set.</summary>
    public static (long Bytes, long Files) Measure(string directory, SeenFiles seen, CancellationToken cancellation)
    {
        DirFd root = DirFd.Open(directory);
        FileStatus status = root.Status();
        (long blocks, long files) = (status.Blocks, 1);
        // A stack of its own: how deep a tree is, is up to whoever made it.
        var open = new Stack<(DirFd Directory, List<DirEntry> Entries)>();
        open.Push((root, EntriesOf(root)));
        try
        {
            while (open.TryPeek(out (DirFd Directory, List<DirEntry> Entries) current))
            {
                if (current.Entries.Count == 0)
                {
                    open.Pop().Directory.Dispose();
                    continue;
                }
                cancellation.ThrowIfCancellationRequested();
                byte[] name = current.Entries[^1].Name;
                current.Entries.RemoveAt(current.Entries.Count - 1);
                if (!current.Directory.TryStatus(name, out FileStatus child) || child.MountId != status.MountId)
                    continue;
                if (!child.IsDirectory && child.Links > 1 && !seen.TryAdd(child))
                    continue;
                blocks += child.Blocks;
                files++;
                if (child.IsDirectory && current.Directory.TryOpenDirectory(name) is { } directoryBelow)
                    open.Push((directoryBelow, EntriesOf(directoryBelow)));
            }
        }
        finally
        {
            foreach ((DirFd left, _) in open)
                left.Dispose();
        }
        return (blocks * 512, files);
    }

    // One that is removed while it is open has none (getdents64(2), ENOENT).
    private static List<DirEntry> EntriesOf(DirFd directory)
    {
        try
        {
            return directory.List();
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return [];
        }
    }
}
