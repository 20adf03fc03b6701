using Slipway.Linux.Files;
using Slipway.Store.Archives;

namespace Slipway.Store.Snapshots;

/// <summary>What a name is in one layer.</summary>
/// <param name="Layer">The layer's number in its stack; 0 is the top.</param>
/// <param name="Status">What it is there, a whiteout perhaps.</param>
internal readonly record struct LayeredEntry(int Layer, FileStatus Status);

/// <summary>
/// Entries of one name that count together: one that is not a directory, or directories that overlayfs merges. Of a name's generations only the
/// first can be seen, and each is hidden by the one above it.
/// </summary>
/// <param name="Entries">Top first; more than one only for directories.</param>
internal sealed record Generation(IReadOnlyList<LayeredEntry> Entries)
{
    /// <summary>The entry whose owner, mode and content count.</summary>
    public LayeredEntry Top => Entries[0];

    public bool IsDirectory => Top.Status.IsDirectory;

    public bool IsWhiteout => Top.Status.IsWhiteout();

    /// <summary>The layers that have a part of the directory.</summary>
    public int[] Layers => [.. Entries.Select(e => e.Layer)];

    /// <summary>The layer that hides what lies below.</summary>
    public int Lowest => Entries[^1].Layer;
}

/// <summary>One directory in the layers that have a part of it; all names of it, those that are hidden too.</summary>
internal sealed class LayeredDirectory : IDisposable
{
    private readonly Dictionary<int, DirFd> _parts = [];
    private readonly SortedDictionary<byte[], List<LayeredEntry>> _names = new(Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)));

    /// <param name="stack">Whose.</param>
    /// <param name="path">Its path without slashes at its ends; empty for the root.</param>
    /// <param name="layers">Which layers have a part, the top one first.</param>
    public LayeredDirectory(LayerStack stack, byte[] path, int[] layers)
    {
        Path = path;
        foreach (int layer in layers)
        {
            // Gone, where a container is at work in it.
            if (stack.TryOpen(layer, path) is not { } part)
                continue;
            _parts.Add(layer, part);
            foreach (DirEntry entry in part.List())
            {
                if (!part.TryStatus(entry.Name, out FileStatus status))
                    continue;
                if (!_names.TryGetValue(entry.Name, out List<LayeredEntry>? versions))
                    _names.Add(entry.Name, versions = []);
                versions.Add(new(layer, status));
            }
        }
    }

    public byte[] Path { get; }

    /// <summary>All names, sorted by bytes.</summary>
    public IEnumerable<byte[]> Names => _names.Keys;

    /// <summary>The directory as one layer has it.</summary>
    public DirFd Part(int layer) => _parts[layer];

    /// <summary>The path of a name in it.</summary>
    public byte[] PathOf(ReadOnlySpan<byte> name) => PathBytes.Combine(Path, name);

    /// <summary>What can be seen under the name; null where nothing can.</summary>
    public Generation? Visible(byte[] name) => Generations(name).FirstOrDefault() is { IsWhiteout: false } top ? top : null;

    /// <summary>All that has the name, or hides it, top first.</summary>
    public IEnumerable<Generation> Generations(byte[] name)
    {
        if (!_names.TryGetValue(name, out List<LayeredEntry>? versions))
            yield break;
        for (int i = 0; i < versions.Count;)
        {
            int end = i + 1;
            if (versions[i].Status.IsDirectory)
            {
                while (end < versions.Count && versions[end].Status.IsDirectory && !IsOpaque(versions[end - 1].Layer, name))
                    end++;
            }
            yield return new Generation(versions[i..end]);
            i = end;
        }
    }

    public void Dispose()
    {
        foreach (DirFd part in _parts.Values)
            part.Dispose();
    }

    private bool IsOpaque(int layer, byte[] name)
    {
        using DirFd? directory = Part(layer).TryOpenDirectory(name);
        return directory?.IsOpaque() == true;
    }
}
