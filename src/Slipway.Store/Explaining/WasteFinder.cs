using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Archives;
using Slipway.Store.Layers;
using Slipway.Store.Snapshots;

namespace Slipway.Store.Explaining;

/// <summary>
/// Tells quickly whether <see cref="ImageExplainer"/> would have much to say of new layers. It reads no content, and goes only where a new layer has a
/// directory that was there before: a COPY of many files into a new one costs it nothing. What has the same size and time but another mode or owner counts
/// as doubled. Of files with several names only those all of whose names are gone count.
/// </summary>
public sealed class WasteFinder
{
    // For the stack and the descriptors; nobody's files are deeper, and who made such a tree did it to harm.
    private const int MaxDepth = 100;

    private readonly Dictionary<ulong, uint> _names = [];
    private readonly CancellationToken _cancellation;
    private long _hidden, _doubled;

    private WasteFinder(CancellationToken cancellation) => _cancellation = cancellation;

    /// <summary>Looks through new layers.</summary>
    /// <param name="layers">Where they are.</param>
    /// <param name="chain">All layers, the lowest first, by chain id; held by a lease of the caller's.</param>
    /// <param name="known">How many of them, from the lowest, are not new.</param>
    /// <param name="cancellation">Ends the walk.</param>
    /// <returns>Null where they can't be looked through.</returns>
    public static LayerWaste? Find(LayerStore layers, IReadOnlyList<Digest> chain, int known, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(chain);
        var finder = new WasteFinder(cancellation);
        try
        {
            for (int i = Math.Max(known, 1); i < chain.Count; i++)
            {
                using DirFd layer = DirFd.Open(layers.PathOf(chain[i]));
                using var below = MergedDirectory.Open([.. chain.Take(i).Reverse().Select(layers.PathOf)]);
                finder.Look(layer, below, 0);
            }
        }
        catch (LinuxException)
        {
            return null; // too many layers to have open at once, for one: no reason to fail what was made
        }
        return new(chain.Sum(layer => layers.Get(layer).Bytes), finder._hidden, finder._doubled);
    }

    private void Look(DirFd layer, MergedDirectory below, int depth)
    {
        if (depth == MaxDepth)
            return;
        foreach (DirEntry entry in layer.List())
        {
            _cancellation.ThrowIfCancellationRequested();
            if (!below.TryFind(entry.Name, out FileStatus hidden, out _))
                continue;
            FileStatus status = layer.Status(entry.Name);
            if (!hidden.IsDirectory)
            {
                File(hidden, status);
                continue;
            }
            using MergedDirectory? directory = below.OpenChild(entry.Name);
            using DirFd? child = status.IsDirectory ? layer.OpenDirectory(entry.Name) : null;
            if (directory is not null && child?.IsOpaque() == false)
                Look(child, directory, depth + 1);
            else if (directory is not null)
                Hide(directory, depth + 1);
        }
    }

    private void Hide(MergedDirectory directory, int depth)
    {
        if (depth == MaxDepth)
            return;
        foreach (byte[] name in directory.Names())
        {
            _cancellation.ThrowIfCancellationRequested();
            if (!directory.TryFind(name, out FileStatus hidden, out _))
                continue;
            using MergedDirectory? child = hidden.IsDirectory ? directory.OpenChild(name) : null;
            if (child is not null)
                Hide(child, depth + 1);
            else
                File(hidden, default);
        }
    }

    private void File(in FileStatus hidden, in FileStatus by)
    {
        if (!hidden.IsRegular)
            return;
        if (hidden.Links > 1)
        {
            uint names = _names[hidden.Inode] = _names.GetValueOrDefault(hidden.Inode) + 1;
            if (names != hidden.Links)
                return;
        }
        // A copy that overlayfs brings up keeps the time; a program that writes the file anew doesn't.
        bool isDoubled = by.IsRegular && by.Size == hidden.Size && by.Modified == hidden.Modified;
        (isDoubled ? ref _doubled : ref _hidden) += hidden.Size;
    }
}
