using Slipway.Build.Context;
using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Build.Solving.Mounts;

/// <summary>
/// The places that mounts need and that a step's file system didn't have. They are made before the step and are gone after it, unless the step put
/// something there. What the step did to the way there is not followed: they are looked for in the step's own layer, without links
/// (CVE-2024-23652).
/// </summary>
internal sealed class MountPoints
{
    private readonly List<(string Parent, byte[] Name)> _made = [];

    // Directories on the way as they were: those that were only copied up for a mount point shall not stay in the layer.
    private readonly Dictionary<string, FileStatus> _before = new(StringComparer.Ordinal);

    /// <summary>Makes what is missing.</summary>
    /// <param name="stage">The step's file system, to which nothing else writes yet.</param>
    /// <param name="mounts">What will be mounted.</param>
    public static MountPoints Make(StageRoot stage, IReadOnlyList<StepMount> mounts)
    {
        var points = new MountPoints();
        foreach (StepMount mount in mounts)
        {
            // What is below these lies on another file system by then.
            bool isElsewhere = IsBelow(mount.Target, "/dev") || IsBelow(mount.Target, "/proc") || IsBelow(mount.Target, "/sys")
                || mounts.Any(other => other != mount && IsBelow(mount.Target, other.Target));
            if (!isElsewhere)
                points.Make(stage, mount);
        }
        return points;
    }

    /// <summary>Removes what was made, where it is still what it was.</summary>
    /// <param name="upper">The step's own layer, mounted nowhere any more.</param>
    public void Remove(DirFd upper)
    {
        for (int i = _made.Count - 1; i >= 0; i--)
        {
            (string parent, byte[] name) = _made[i];
            using DirFd? directory = Open(upper, parent);
            if (directory is null || !TryRemove(directory, name) || !_before.TryGetValue(parent, out FileStatus before))
                continue;
            directory.Handle.SetTime(before.Modified);
        }
        foreach ((string path, FileStatus before) in _before.OrderByDescending(pair => pair.Key.Length))
            RemoveCopy(upper, path, before);
    }

    private void Make(StageRoot stage, StepMount mount)
    {
        bool isFile = mount is NameFileMount || (mount is TreeMount tree && !tree.Tree.Status().IsDirectory);
        string path = stage.FollowLast(mount.Target);
        int slash = path.LastIndexOf('/');
        Remember(stage, isFile ? path[..slash] : path);
        using DirFd parent = stage.MakeDirectories(isFile ? path[..slash] : path, Owner.Superuser, made: (at, name) => _made.Add((RealPath(at), name)));
        byte[] leaf = FileNames.Encode(path[(slash + 1)..]);
        if (isFile && !parent.TryStatus(leaf, out _) && parent.TryCreateFile(leaf) is { } file)
        {
            file.Dispose();
            _made.Add((RealPath(parent), leaf));
        }
    }

    private void Remember(StageRoot stage, string path)
    {
        string at = "";
        foreach (string part in GoPath.PartsBeneathRoot(path))
        {
            at += "/" + part;
            using DirFd? directory = stage.Root.TryOpenDirectory(FileNames.Encode(at[1..]), Resolve.InRoot);
            if (directory is null)
                return;
            _before.TryAdd(RealPath(directory), directory.Status());
        }
    }

    // Empty again, and for the rest as it was: then the layer below says all of it.
    private static void RemoveCopy(DirFd upper, string path, in FileStatus before)
    {
        int slash = path.LastIndexOf('/');
        using DirFd? parent = Open(upper, path[..slash]);
        byte[] name = FileNames.Encode(path[(slash + 1)..]);
        if (name.Length == 0 || parent is null || !parent.TryStatus(name, out FileStatus now) || !now.IsDirectory)
            return;
        FileTime parentTime = parent.Status().Modified;
        bool isSame = (now.Mode, now.Uid, now.Gid, now.Modified) == (before.Mode, before.Uid, before.Gid, before.Modified);
        using (DirFd directory = parent.OpenDirectory(name))
            isSame = isSame && directory.Handle.ListXattrs().Count == 0;
        if (isSame && TryRemove(parent, name))
            parent.Handle.SetTime(parentTime);
    }

    private static bool TryRemove(DirFd directory, byte[] name)
    {
        if (!directory.TryStatus(name, out FileStatus status))
            return false;
        if (!status.IsDirectory)
            return status is { IsRegular: true, Size: 0, Links: 1 } && directory.TryUnlink(name);
        try
        {
            return directory.TryRemoveDirectory(name);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOTEMPTY or Errno.EEXIST)
        {
            return false;
        }
    }

    private static DirFd? Open(DirFd upper, string path) => path.Length == 0 || path == "/" ? upper.Reopen() : upper.TryOpenDirectory(FileNames.Encode(path.TrimStart('/')), Resolve.NoLinks);

    // As proc shows it: the root of a mount that is attached nowhere is "/".
    private static string RealPath(DirFd directory) => new FileInfo(directory.Handle.ProcPath).LinkTarget is { } path && path != "/" ? path : "";

    private static bool IsBelow(string path, string directory) => path.StartsWith(directory + "/", StringComparison.Ordinal);
}
