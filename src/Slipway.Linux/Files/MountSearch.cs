namespace Slipway.Linux.Files;

/// <summary>Looks for mounts in a tree (see <see cref="DirFd.FindMount"/>). Paths from the top instead of open directories: a tree as deep as a hostile program likes takes one descriptor.</summary>
internal static class MountSearch
{
    public static byte[]? Find(DirFd parent, ReadOnlySpan<byte> name, CancellationToken cancellation)
    {
        ulong mount = parent.Status().MountId;
        if (!parent.TryStatus(name, out FileStatus status))
            return null;
        if (status.MountId != mount)
            return name.ToArray();
        Stack<byte[]> directories = new();
        if (status.IsDirectory)
            directories.Push(name.ToArray());
        while (directories.TryPop(out byte[]? path))
        {
            cancellation.ThrowIfCancellationRequested();
            using DirFd? directory = parent.TryOpenDirectory(path, Resolve.NoLinks);
            foreach (DirEntry entry in directory?.List() ?? [])
            {
                if (!directory!.TryStatus(entry.Name, out FileStatus found))
                    continue;
                byte[] below = [.. path, (byte)'/', .. entry.Name];
                if (found.MountId != mount)
                    return below;
                if (found.IsDirectory)
                    directories.Push(below);
            }
        }
        return null;
    }
}
