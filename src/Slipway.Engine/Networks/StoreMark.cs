using System.Globalization;
using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Netlink;

namespace Slipway.Engine.Networks;

/// <summary>
/// Says on a bridge which store it is of, so that another can take it away when that is gone: a bridge holds addresses until somebody removes it, and
/// whoever deletes a data root forgets that. <c>slipway store MOUNTS ROOT DIRECTORY PATH</c>: the mount namespace and the root directory that
/// the path was seen from, and the data root itself (device:inode) with its path.
/// </summary>
/// <remarks>
/// Only who sees the same file systems by the same names can tell that it is gone: another mount namespace, or another root, may have it where
/// nothing is here. The number of a mount namespace that has ended can be another's by now, and a data root can be moved, or hidden by a mount. So
/// only bridges go that nobody is connected with: a store that is there after all makes its own again when it needs it.
/// </remarks>
internal static class StoreMark
{
    private const string Prefix = "slipway store ";
    private const int Parts = 4;

    /// <summary>What a bridge of a store carries; null where it is too long for a device: then nobody takes it away.</summary>
    /// <param name="dataRoot">The store's.</param>
    public static string? Of(string dataRoot)
    {
        if (IdentityOf(dataRoot) is not { } directory || Viewpoint() is not { } viewpoint)
            return null;
        string mark = $"{Prefix}{viewpoint} {directory} {dataRoot}";
        return Encoding.UTF8.GetByteCount(mark) <= RouteMessages.LongestAlias ? mark : null;
    }

    /// <summary>Whether a note is one of a store's.</summary>
    public static bool IsOne(string note) => PartsOf(note) is not null;

    /// <summary>Whether a note is that of the store with this data root, wherever it was seen from.</summary>
    public static bool IsOf(string note, string dataRoot) => PartsOf(note) is { Directory: var directory } && directory == IdentityOf(dataRoot);

    /// <summary>Whether a bridge's note is one of a store that is not there any more, as far as it can be told from here.</summary>
    public static bool IsGone(string note)
    {
        if (PartsOf(note) is not { } parts || parts.Viewpoint != Viewpoint())
            return false;
        try
        {
            return IdentityOf(parts.Path) != parts.Directory;
        }
        catch (LinuxException)
        {
            // It can't be looked at: that is not "gone".
            return false;
        }
    }

    private static (string Viewpoint, string Directory, string Path)? PartsOf(string note) =>
        note.StartsWith(Prefix, StringComparison.Ordinal) && note[Prefix.Length..].Split(' ', Parts) is [var mounts, var root, var directory, var path]
            ? ($"{mounts} {root}", directory, path) : null;

    private static string? Viewpoint() =>
        IdentityOf("/proc/self/ns/mnt") is { } mounts && IdentityOf("/") is { } root ? $"{mounts} {root}" : null;

    // Null where there is nothing of that name.
    private static string? IdentityOf(string path)
    {
        try
        {
            using SafeFd file = FileDescriptor.Open(path, OpenFlags.Path);
            FileStatus status = file.Status();
            return string.Create(CultureInfo.InvariantCulture, $"{status.Device.Major}:{status.Device.Minor}:{status.Inode}");
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return null;
        }
    }
}
