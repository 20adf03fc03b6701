using System.Text;
using Slipway.Linux.Files;
using Slipway.Store.Snapshots;

namespace Slipway.Build.Solving;

/// <summary>The directories of one step while it runs: a fresh upper directory over the layers below. Gone when disposed.</summary>
internal sealed class StepWorkspace : IDisposable
{
    // Later than any time that an image is clamped to, and within what every file system can hold.
    private static long s_mark = 8_000_000_000;
    private readonly BuildDirectory _parent;
    private readonly byte[] _name;
    private bool _keep;

    /// <summary>Makes the directories; the upper one looks like the root of what is below, since it becomes the root that a process sees.</summary>
    public StepWorkspace(BuildDirectory parent, string name, IReadOnlyList<string> lowersTopFirst)
    {
        _parent = parent;
        _name = Encoding.ASCII.GetBytes(name);
        LowersTopFirst = lowersTopFirst;
        Upper = Path.Join(parent.Path, name, "upper");
        Work = Path.Join(parent.Path, name, "work");
        parent.Handle.MakeDirectory(_name);
        using DirFd own = parent.Handle.OpenDirectory(_name);
        own.MakeDirectory("work"u8);
        own.MakeDirectory("upper"u8);
        using DirFd below = DirFd.Open(lowersTopFirst[0]);
        FileStatus root = below.Status();
        own.SetOwner("upper"u8, root.Uid, root.Gid);
        own.SetMode("upper"u8, root.Mode);
    }

    public string Upper { get; }

    public string Work { get; }

    /// <summary>Never empty.</summary>
    public IReadOnlyList<string> LowersTopFirst { get; }

    /// <summary>Opens the stage's root for writing. It is mounted nowhere and is gone with the handle.</summary>
    public StageRoot Open()
    {
        using var mount = new DirFd(OverlayMount.OpenDetached(LowersTopFirst, Upper, Work));
        return new(mount.Reopen());
    }

    /// <summary>Leaves the directories to the build's end: a mount outlives this object.</summary>
    public void Keep() => _keep = true;

    /// <summary>A directory of the stage as a place to copy many files to.</summary>
    /// <param name="directory">Opened in the stage.</param>
    /// <param name="earlierRoot">The directory of a layer that may have the files already; null for none.</param>
    public CopyTarget OpenTarget(DirFd directory, string? earlierRoot)
    {
        // The change brings the directory up, and by it the one in the upper directory is known to be the same. In the end it is clamped, as every time.
        var mark = new FileTime(Interlocked.Increment(ref s_mark), 0);
        directory.Handle.SetTime(mark);
        string? path = new FileInfo(directory.Handle.ProcPath).LinkTarget?.Trim('/');
        if (path is null || TryOpenUpper(path, mark) is not { } own)
            return new(directory.Reopen(), directory.Reopen(), null, "");
        DirFd? earlier = earlierRoot is null ? null : OpenBelow(earlierRoot, path);
        return new(own, directory.Reopen(), earlier, path);
    }

    private DirFd? TryOpenUpper(string path, FileTime mark)
    {
        DirFd? own = OpenBelow(Upper, path);
        if (own?.Status().Modified == mark)
            return own;
        own?.Dispose();
        return null;
    }

    private static DirFd? OpenBelow(string root, string path)
    {
        using DirFd top = DirFd.Open(root);
        return top.TryOpenDirectory(Context.FileNames.Encode(path), Resolve.Beneath);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_keep)
            _parent.Handle.RemoveTree(_name);
    }
}
