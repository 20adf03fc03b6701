using Slipway.Linux.Files;
using Slipway.Store.Archives;

namespace Slipway.Store.Layers;

/// <summary>Copies a tree of directories whose files are the same files: hard links.</summary>
internal static class TreeLinker
{
    /// <summary>Fills an empty directory, and makes it look like the other.</summary>
    public static void Link(DirFd from, DirFd to, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        foreach (DirEntry entry in from.List())
        {
            if (!from.Status(entry.Name).IsDirectory)
            {
                to.TryLink(entry.Name, from, entry.Name);
                continue;
            }
            to.MakeDirectory(entry.Name);
            using DirFd source = from.OpenDirectory(entry.Name), made = to.OpenDirectory(entry.Name);
            Link(source, made, cancellation);
        }
        FileStatus status = from.Status();
        foreach (byte[] key in from.Handle.ListXattrs())
        {
            if ((XattrPolicy.IsContent(key) || XattrPolicy.IsOverlay(key)) && from.Handle.FindXattr(key) is { } value)
                to.Handle.SetXattr(key, value);
        }
        to.Handle.SetOwner(status.Uid, status.Gid);
        to.Handle.SetMode(status.Mode);
        to.Handle.SetTime(status.Modified);
    }
}
