using System.Text;
using Slipway.Linux.Files;
using Slipway.Store.Snapshots;

namespace Slipway.Build.Solving;

/// <summary>The directories of one step while it runs: a fresh upper directory over the layers below. Gone when disposed.</summary>
internal sealed class StepWorkspace : IDisposable
{
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

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_keep)
            _parent.Handle.RemoveTree(_name);
    }
}
