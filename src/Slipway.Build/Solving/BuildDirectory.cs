using Slipway.Linux.Files;

namespace Slipway.Build.Solving;

/// <summary>
/// One build's place for what is in the making, on the file system of the layers. Gone when disposed; when its process dies before, the store's
/// sweep takes it, which tells by the name and the lock that nobody is at work there.
/// </summary>
internal sealed class BuildDirectory : IDisposable
{
    private const uint RootMode = 0b111_101_101;
    private readonly LockedDirectory _locked;
    private int _workspaces;

    public BuildDirectory(string tmp)
    {
        _locked = LockedDirectory.Create(tmp, "stage-");
        Empty = System.IO.Path.Join(Path, "empty");
        Handle.MakeDirectory("empty"u8);
        Handle.SetMode("empty"u8, RootMode);
    }

    public string Path => _locked.Path;

    /// <summary>A directory with nothing in it: overlayfs wants something below, and two of them where nobody writes.</summary>
    public string Empty { get; }

    public DirFd Handle => _locked.Directory;

    /// <summary>Directories for one step.</summary>
    /// <param name="lowersTopFirst">The layers below; none for an empty stage.</param>
    public StepWorkspace NewWorkspace(IReadOnlyList<string> lowersTopFirst) =>
        new(this, $"step-{Interlocked.Increment(ref _workspaces)}", lowersTopFirst.Count > 0 ? lowersTopFirst : [Empty]);

    /// <summary>A directory of its own, gone with the build.</summary>
    /// <param name="kind">What its name begins with.</param>
    public DirFd NewDirectory(string kind) => NewDirectoryAt(kind).Directory;

    /// <summary>As <see cref="NewDirectory"/>, with its path.</summary>
    public (DirFd Directory, string Path) NewDirectoryAt(string kind)
    {
        string name = $"{kind}-{Interlocked.Increment(ref _workspaces)}";
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(name);
        Handle.MakeDirectory(bytes);
        return (Handle.OpenDirectory(bytes), System.IO.Path.Join(Path, name));
    }

    /// <inheritdoc/>
    public void Dispose() => _locked.Dispose();
}
