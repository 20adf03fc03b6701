using System.Text;
using Slipway.Linux.Files;

namespace Slipway.Build.Solving;

/// <summary>
/// One build's place for what is in the making, on the file system of the layers. Gone when disposed; when its process dies before, the store's
/// sweep takes it, which tells by the name and the lock that nobody is at work there.
/// </summary>
internal sealed class BuildDirectory : IDisposable
{
    private const uint RootMode = 0b111_101_101;
    private readonly DirFd _parent;
    private readonly byte[] _name;
    private int _workspaces;

    public BuildDirectory(string tmp)
    {
        string name = $"stage-{Guid.NewGuid():N}";
        _name = Encoding.ASCII.GetBytes(name);
        Path = System.IO.Path.Join(tmp, name);
        Empty = System.IO.Path.Join(Path, "empty");
        _parent = DirFd.Open(tmp);
        _parent.MakeDirectory(_name);
        Handle = _parent.OpenDirectory(_name);
        Handle.Handle.TryLock();
        Handle.MakeDirectory("empty"u8);
        Handle.SetMode("empty"u8, RootMode);
    }

    public string Path { get; }

    /// <summary>A directory with nothing in it: overlayfs wants something below, and two of them where nobody writes.</summary>
    public string Empty { get; }

    public DirFd Handle { get; }

    /// <summary>Directories for one step.</summary>
    /// <param name="lowersTopFirst">The layers below; none for an empty stage.</param>
    public StepWorkspace NewWorkspace(IReadOnlyList<string> lowersTopFirst) =>
        new(this, $"step-{Interlocked.Increment(ref _workspaces)}", lowersTopFirst.Count > 0 ? lowersTopFirst : [Empty]);

    /// <inheritdoc/>
    public void Dispose()
    {
        _parent.RemoveTree(_name);
        Handle.Dispose();
        _parent.Dispose();
    }
}
