using Slipway.Linux.Files;

namespace Slipway.Store.Snapshots;

/// <summary>
/// A stack of layers, read without a mount, the top one first. Only the roots stay open: directories are opened by their path beneath them as
/// they are needed, so that neither depth nor width of a hostile tree takes descriptors. Disposing closes them.
/// </summary>
internal sealed class LayerStack : IDisposable
{
    private readonly List<DirFd> _roots = [];

    /// <param name="topFirst">Directories of the host; what is in them may be hostile.</param>
    public LayerStack(IEnumerable<string> topFirst)
    {
        try
        {
            foreach (string path in topFirst)
                _roots.Add(DirFd.Open(path));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How many layers; they are numbered from 0, the top.</summary>
    public int Count => _roots.Count;

    /// <summary>The root directory as the stack shows it.</summary>
    public LayeredDirectory OpenRoot() => new(this, [], [.. Enumerable.Range(0, Count)]);

    /// <summary>A directory of one layer; null where there is none at that path.</summary>
    public DirFd? TryOpen(int layer, ReadOnlySpan<byte> path) => path.IsEmpty ? _roots[layer].Reopen() : _roots[layer].TryOpenDirectory(path, Resolve.NoLinks);

    public void Dispose() => _roots.ForEach(r => r.Dispose());
}
