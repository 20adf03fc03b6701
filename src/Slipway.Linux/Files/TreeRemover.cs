using System.Text;

namespace Slipway.Linux.Files;

/// <summary>Removes one tree (see <see cref="DirFd.RemoveTree"/>).</summary>
internal sealed class TreeRemover
{
    private const int DeepestAtOnce = 200;
    private readonly DirFd _top;
    private readonly ulong _mount;
    private readonly CancellationToken _cancellation;
    private int _branches;

    private TreeRemover(DirFd top, ulong mount, CancellationToken cancellation) => (_top, _mount, _cancellation) = (top, mount, cancellation);

    public static void Remove(DirFd parent, ReadOnlySpan<byte> name, CancellationToken cancellation)
    {
        if (!parent.TryStatus(name, out FileStatus status))
            return;
        if (!status.IsDirectory)
        {
            parent.TryUnlink(name);
            return;
        }
        using (DirFd top = parent.OpenDirectory(name))
        {
            var remover = new TreeRemover(top, status.MountId, cancellation);
            int before;
            do
            {
                before = remover._branches;
                remover.Empty(top, 0);
            }
            while (remover._branches != before);
        }
        parent.TryRemoveDirectory(name);
    }

    private void Empty(DirFd directory, int depth)
    {
        foreach (DirEntry entry in directory.List())
        {
            _cancellation.ThrowIfCancellationRequested();
            if (entry.Type is not (FileType.Directory or FileType.Unknown) || !IsDirectory(directory, entry))
                directory.TryUnlink(entry.Name);
            else if (depth >= DeepestAtOnce)
                directory.TryRenameNew(entry.Name, _top, Encoding.ASCII.GetBytes($".slipway-branch-{_branches++}-{entry.Inode}"));
            else
                RemoveDirectory(directory, entry, depth);
        }
    }

    private static bool IsDirectory(DirFd directory, DirEntry entry) =>
        entry.Type == FileType.Directory || (directory.TryStatus(entry.Name, out FileStatus status) && status.IsDirectory);

    private void RemoveDirectory(DirFd directory, DirEntry entry, int depth)
    {
        using (DirFd? child = directory.TryOpenDirectory(entry.Name))
        {
            if (child is null)
                return;
            if (child.Status().MountId != _mount)
                throw new LinuxException("remove tree with something mounted at", Errno.EXDEV, CName.Show(entry.Name));
            Empty(child, depth + 1);
        }
        directory.TryRemoveDirectory(entry.Name);
    }
}
