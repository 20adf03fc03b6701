using Slipway.Linux.Files;
using Slipway.Store.Archives;

namespace Slipway.Store.Snapshots;

/// <summary>
/// One directory as overlayfs would show it over a stack of layers, read without a mount: the directories of that name, top first, down
/// to the first that is opaque.
/// </summary>
internal sealed class MergedDirectory : IDisposable
{
    private readonly List<DirFd> _layers;

    private MergedDirectory(List<DirFd> layers) => _layers = layers;

    /// <summary>The root of a stack; the top layer first. No layers make an empty root.</summary>
    public static MergedDirectory Open(IReadOnlyList<string> layersTopFirst)
    {
        var layers = new List<DirFd>();
        foreach (string path in layersTopFirst)
            layers.Add(DirFd.Open(path));
        return new(layers);
    }

    /// <summary>The topmost directory, whose owner, mode and time show; null for the root of no layers.</summary>
    public DirFd? Top => _layers.Count > 0 ? _layers[0] : null;

    /// <summary>What the name is; false where there is none, or a whiteout hides it.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, out FileStatus status, out DirFd layer)
    {
        foreach (DirFd candidate in _layers)
        {
            layer = candidate;
            if (candidate.TryStatus(name, out status))
                return !status.IsWhiteout();
        }
        (status, layer) = (default, null!);
        return false;
    }

    /// <summary>The directory of that name; null where there is none, or it is something else.</summary>
    public MergedDirectory? OpenChild(ReadOnlySpan<byte> name)
    {
        var layers = new List<DirFd>();
        foreach (DirFd layer in _layers)
        {
            if (!layer.TryStatus(name, out FileStatus status))
                continue;
            // A whiteout or a file ends the directory: nothing of lower layers shows through.
            if (!status.IsDirectory || layer.TryOpenDirectory(name) is not { } child)
                break;
            layers.Add(child);
            if (child.IsOpaque())
                break;
        }
        return layers.Count > 0 ? new(layers) : null;
    }

    /// <summary>The directory at a path without slashes at its ends (empty: a second handle of this one); null where there is none.</summary>
    public MergedDirectory? OpenPath(ReadOnlySpan<byte> path)
    {
        var current = new MergedDirectory(_layers.ConvertAll(l => l.Reopen()));
        foreach (Range part in path.Split((byte)'/'))
        {
            if (path[part].IsEmpty)
                continue;
            MergedDirectory? child = current.OpenChild(path[part]);
            current.Dispose();
            if (child is null)
                return null;
            current = child;
        }
        return current;
    }

    /// <summary>All names that show.</summary>
    public IReadOnlyCollection<byte[]> Names()
    {
        var seen = new HashSet<byte[]>(ByteKey.Comparer);
        var names = new List<byte[]>();
        foreach (DirFd layer in _layers)
        {
            foreach (DirEntry entry in layer.List())
            {
                if (seen.Add(entry.Name) && !(entry.Type is FileType.CharacterDevice or FileType.Unknown && layer.Status(entry.Name).IsWhiteout()))
                    names.Add(entry.Name);
            }
        }
        return names;
    }

    /// <inheritdoc/>
    public void Dispose() => _layers.ForEach(l => l.Dispose());
}
