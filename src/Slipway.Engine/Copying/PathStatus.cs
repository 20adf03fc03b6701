using System.Text;
using Slipway.Linux.Files;

namespace Slipway.Engine.Copying;

/// <summary>What a path of a container is.</summary>
/// <param name="Name">Its last name.</param>
/// <param name="File">Its kind, size, mode and times.</param>
/// <param name="LinkTarget">Where it leads, as a path of the container's, where it is a link; else empty.</param>
public sealed record PathStatus(string Name, FileStatus File, string LinkTarget)
{
    // Links on the way are followed inside the root, the last name's is not, unless the path asks for a directory.
    internal static PathStatus? Find(DirFd root, string path)
    {
        string clean = CopyPath.Clean(path);
        if (clean.Length == 0)
            return new("/", root.Status(), "");
        bool mustBeDirectory = path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal);
        (string parent, string name) = CopyPath.Split(mustBeDirectory ? CopyPath.Follow(root, clean) : clean);
        using DirFd? directory = root.TryOpenDirectory(Encoding.UTF8.GetBytes(parent), Resolve.InRoot);
        byte[] last = Encoding.UTF8.GetBytes(name);
        if (directory is null || !directory.TryStatus(last, out FileStatus status) || (mustBeDirectory && !status.IsDirectory))
            return null;
        return new(CopyPath.Split(clean).Name, status, status.IsSymlink ? "/" + CopyPath.Follow(root, clean) : "");
    }
}
