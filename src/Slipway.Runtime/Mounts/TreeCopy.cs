using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Runtime.Mounts;

/// <summary>Copies what is in a directory, by descriptors: no link is followed, and no mount on the way is entered.</summary>
internal static class TreeCopy
{
    /// <summary>Copies names, content, owners, modes, attributes and times, and nothing of the two directories themselves.</summary>
    public static void Copy(DirFd source, DirFd target) => Copy(source, target, source.Status().Device);

    private static void Copy(DirFd source, DirFd target, DeviceNumber device)
    {
        foreach (DirEntry entry in source.List())
        {
            FileStatus status = source.Status(entry.Name);
            if (status.IsDirectory)
                CopyDirectory(source, target, entry.Name, device);
            else if (status.IsSymlink)
                target.TrySymlink(entry.Name, source.ReadLink(entry.Name));
            else if (status.IsRegular)
                CopyFile(source, target, entry.Name);
            else
                target.TryMakeNode(entry.Name, status.Type, status.Mode, status.SpecialDevice);
            target.SetOwner(entry.Name, status.Uid, status.Gid);
            if (!status.IsSymlink)
                target.SetMode(entry.Name, status.Mode);
            target.SetTime(entry.Name, status.Modified);
        }
    }

    private static void CopyDirectory(DirFd source, DirFd target, byte[] name, DeviceNumber device)
    {
        target.MakeDirectory(name);
        using DirFd from = source.OpenDirectory(name);
        if (from.Status().Device != device)
            return;
        using DirFd to = target.OpenDirectory(name);
        CopyXattrs(from.Handle, to.Handle);
        Copy(from, to, device);
    }

    private static void CopyFile(DirFd source, DirFd target, byte[] name)
    {
        using SafeFd from = source.OpenName(name, OpenFlags.ReadOnly), to = target.CreateFile(name);
        from.CopyTo(to, CancellationToken.None);
        CopyXattrs(from, to);
    }

    // Those that the other file system does not have stay behind.
    private static void CopyXattrs(SafeFd from, SafeFd to)
    {
        foreach (byte[] key in from.ListXattrs())
        {
            try
            {
                if (from.FindXattr(key) is { } value)
                    to.SetXattr(key, value);
            }
            catch (LinuxException error) when (error.Errno is Errno.EOPNOTSUPP or Errno.EPERM)
            {
            }
        }
    }
}
