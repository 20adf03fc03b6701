using Slipway.Linux.Files;

namespace Slipway.Engine.Trash;

/// <summary>Measures trees, as long as they are small.</summary>
internal static class SmallTree
{
    private const int BlockSize = 512;

    /// <summary>Blocks of disk in bytes, the directory itself included; null beyond so many entries.</summary>
    public static long? Measure(string directory, int most)
    {
        using DirFd root = DirFd.Open(directory);
        return Add(root, ref most) is { } below ? below + (root.Status().Blocks * BlockSize) : null;
    }

    // As deep as the tree, which is not above `most`.
    private static long? Add(DirFd directory, ref int left)
    {
        long bytes = 0;
        foreach (DirEntry entry in directory.List(most: left))
        {
            if (--left < 0)
                return null;
            if (!directory.TryStatus(entry.Name, out FileStatus status))
                continue;
            bytes += status.Blocks * BlockSize;
            if (!status.IsDirectory)
                continue;
            using DirFd? child = directory.TryOpenDirectory(entry.Name);
            if (child is null)
                continue;
            if (Add(child, ref left) is not { } below)
                return null;
            bytes += below;
        }
        return bytes;
    }
}
