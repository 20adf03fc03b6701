using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Archives;
using Slipway.Store.Comparing;
using Slipway.Store.Snapshots;

namespace Slipway.Store.Explaining;

/// <summary>Finds files of the same content: by size first, so that only those are read of which another has the same.</summary>
internal sealed class RepeatedFinder(LayerStack stack, CancellationToken cancellation)
{
    /// <summary>So many files are compared at most; of more, the largest.</summary>
    private const int MostFiles = 1_000_000;
    private const int ShownPaths = 20;

    private readonly List<(long Size, int Layer, byte[] Path)> _files = [];

    /// <summary>Whether none was left out.</summary>
    public bool HasAll { get; private set; } = true;

    /// <summary>Takes a file that can be seen; empty ones have nothing to be kept once.</summary>
    public void Add(byte[] path, int layer, long size)
    {
        if (size == 0)
            return;
        if (_files.Count == MostFiles)
        {
            HasAll = false;
            _files.Sort(static (a, b) => b.Size.CompareTo(a.Size));
            _files.RemoveRange(MostFiles / 2, MostFiles - MostFiles / 2);
        }
        _files.Add((size, layer, path));
    }

    public IReadOnlyList<RepeatedContent> Find()
    {
        var found = new List<RepeatedContent>();
        foreach (var sized in _files.GroupBy(f => f.Size).Where(g => g.Skip(1).Any()))
        {
            foreach (var same in sized.GroupBy(f => Hash(f.Layer, f.Path)).Where(g => g.Key is not null))
            {
                string[] paths = [.. same.Select(f => Tally.Show(f.Path)).Order(StringComparer.Ordinal)];
                if (paths.Length > 1)
                    found.Add(new(same.Key!.Value, sized.Key, paths.Length, paths[..Math.Min(paths.Length, ShownPaths)]));
            }
        }
        return [.. found.OrderByDescending(r => r.Bytes).ThenBy(r => r.Paths[0], StringComparer.Ordinal)];
    }

    private Digest? Hash(int layer, byte[] path)
    {
        using DirFd? directory = stack.TryOpen(layer, PathBytes.Parent(path));
        if (directory is null)
            return null;
        using SafeFd file = directory.OpenName(PathBytes.Leaf(path), OpenFlags.ReadOnly);
        return FileContent.Hash(file, cancellation);
    }
}
