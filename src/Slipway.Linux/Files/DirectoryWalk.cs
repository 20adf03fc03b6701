namespace Slipway.Linux.Files;

/// <summary>A place below a root, reached one name at a time. It never comes above the root, whatever is moved meanwhile.</summary>
public sealed class DirectoryWalk : IDisposable
{
    private readonly Stack<DirFd> _path = [];

    /// <param name="root">Where it begins; a descriptor of its own is opened, and the caller keeps this one.</param>
    public DirectoryWalk(DirFd root)
    {
        ArgumentNullException.ThrowIfNull(root);
        _path.Push(root.Reopen());
    }

    /// <summary>The directory that it has come to.</summary>
    public DirFd At => _path.Peek();

    /// <summary>Goes into a directory; a link is an error.</summary>
    public void Down(ReadOnlySpan<byte> name) => _path.Push(At.OpenDirectory(name));

    /// <summary>Goes back to where it came from; at the root it stays.</summary>
    public void Up()
    {
        if (_path.Count > 1)
            _path.Pop().Dispose();
    }

    /// <summary>Goes back to the root.</summary>
    public void ToRoot()
    {
        while (_path.Count > 1)
            Up();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_path.TryPop(out DirFd? directory))
            directory.Dispose();
    }
}
