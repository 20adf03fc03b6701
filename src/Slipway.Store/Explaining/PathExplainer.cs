using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Archives;
using Slipway.Store.Comparing;
using Slipway.Store.Explaining.Packages;
using Slipway.Store.Images;
using Slipway.Store.Layers;
using Slipway.Store.Snapshots;

namespace Slipway.Store.Explaining;

/// <summary>Finds where one path of an image comes from: every layer's version of it, and whose package it is.</summary>
public sealed class PathExplainer
{
    // As the kernel's (path_resolution(7)).
    private const int MostLinks = 40;
    private readonly IReadOnlyList<LayerStep> _steps;
    private readonly LayerStack _stack;
    private readonly CancellationToken _cancellation;

    private PathExplainer(IReadOnlyList<LayerStep> steps, LayerStack stack, CancellationToken cancellation)
    {
        _steps = steps;
        _stack = stack;
        _cancellation = cancellation;
    }

    /// <summary>Explains a path. Links on the way are followed inside the image; the last one is explained itself.</summary>
    /// <param name="layers">Where the image's layers are.</param>
    /// <param name="image">The image; held by a lease of the caller's.</param>
    /// <param name="path">Absolute, or from the root.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="SlipwayException">NotFound: no layer has it.</exception>
    public static PathExplanation Explain(LayerStore layers, ImageRecord image, string path, CancellationToken cancellation = default)
    {
        using var stack = new LayerStack(image.ChainIds.Reverse().Select(layers.PathOf));
        return new PathExplainer(LayerStep.Of(image), stack, cancellation).Explain(path);
    }

    private PathExplanation Explain(string asked)
    {
        byte[] path = Resolved(asked);
        List<(LayeredEntry Entry, Hider? Hider, PathState State, Differing? Changed)> versions = Versions(path);
        if (versions.Count == 0)
            throw new SlipwayException(ErrorKind.NotFound, $"no layer has '{Printable.Escape(asked)}'");
        string shown = Tally.Show(path);
        return new()
        {
            Path = shown,
            Versions = [.. versions.Select(v => new PathVersion(StepOf(v.Entry.Layer), v.State, v.Hider is { } hider ? StepOf(hider.Layer) : null, v.Changed))],
            RemovedBy = versions[0].Hider is { } remover ? StepOf(remover.Layer) : null,
            Packages = PackageFinder.Find(_stack, shown),
            Inside = versions[0].Entry.Status.IsDirectory && versions[0].Hider is null ? Inside(path, [.. versions.Where(v => v.Hider is null).Select(v => v.Entry.Layer)]) : [],
        };
    }

    // Component by component, as the image's containers would go: '..' stays inside, links lead inside.
    private byte[] Resolved(string asked)
    {
        var rest = new Stack<byte[]>(Parts(Encoding.UTF8.GetBytes(asked)).Reverse());
        List<byte[]> done = [];
        int links = 0;
        while (rest.TryPop(out byte[]? name))
        {
            if (name.AsSpan().SequenceEqual(".."u8))
            {
                if (done.Count > 0)
                    done.RemoveAt(done.Count - 1);
                continue;
            }
            byte[]? target = rest.Count > 0 ? LinkAt(done, name) : null;
            if (target is null)
            {
                done.Add(name);
                continue;
            }
            if (++links > MostLinks)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"too many links on the way to '{Printable.Escape(asked)}'");
            if (target.AsSpan().StartsWith("/"u8))
                done.Clear();
            foreach (byte[] part in Parts(target).Reverse())
                rest.Push(part);
        }
        return Joined(done);
    }

    private byte[]? LinkAt(List<byte[]> parents, byte[] name)
    {
        LayeredDirectory? at = Open(parents);
        using (at)
            return at?.Visible(name) is { } found && found.Top.Status.IsSymlink ? at.Part(found.Top.Layer).ReadLink(name) : null;
    }

    private LayeredDirectory? Open(List<byte[]> parents)
    {
        LayeredDirectory at = _stack.OpenRoot();
        foreach (byte[] name in parents)
        {
            using LayeredDirectory above = at;
            if (above.Visible(name) is not { IsDirectory: true } next)
                return null;
            at = new(_stack, above.PathOf(name), next.Layers);
        }
        return at;
    }

    private List<(LayeredEntry, Hider?, PathState, Differing?)> Versions(byte[] path)
    {
        Region[] regions = [new([], [.. Enumerable.Range(0, _stack.Count)], null)];
        byte[][] parts = [.. Parts(path)];
        if (parts.Length == 0)
            throw new SlipwayException(ErrorKind.InvalidArgument, "the root is in every layer: 'slip explain IMAGE' explains it all");
        foreach (byte[] name in parts[..^1])
            regions = [.. regions.SelectMany(r => Below(r, name))];
        var found = new List<(LayeredEntry, Hider?, PathState, Differing?)>();
        foreach (Region region in regions)
        {
            using var directory = new LayeredDirectory(_stack, region.Path, region.Layers);
            LayeredEntry? above = null;
            foreach ((Generation generation, Hider? hider) in Region.Of(directory, parts[^1], region.Hider))
            {
                foreach (LayeredEntry entry in generation.Entries)
                {
                    string? target = entry.Status.IsSymlink ? Encoding.UTF8.GetString(directory.Part(entry.Layer).ReadLink(parts[^1])) : null;
                    found.Add((entry, hider, StackComparer.State(entry.Status, target), above is { } upper ? Changed(directory, parts[^1], entry, upper) : null));
                    above = entry;
                }
            }
        }
        return found;
    }

    private IEnumerable<Region> Below(Region region, byte[] name)
    {
        using var directory = new LayeredDirectory(_stack, region.Path, region.Layers);
        foreach ((Generation generation, Hider? hider) in Region.Of(directory, name, region.Hider))
        {
            if (generation.IsDirectory)
                yield return new(directory.PathOf(name), generation.Layers, hider);
        }
    }

    private Differing? Changed(LayeredDirectory directory, byte[] name, LayeredEntry entry, LayeredEntry above)
    {
        (FileStatus was, FileStatus now) = (entry.Status, above.Status);
        Differing what = StatusComparer.Compare(was, now, times: !was.IsDirectory);
        if (what == Differing.Type)
            return what;
        if (was.IsSymlink)
            return directory.Part(entry.Layer).ReadLink(name).AsSpan().SequenceEqual(directory.Part(above.Layer).ReadLink(name)) ? what : what | Differing.LinkTarget;
        if (!was.IsRegular)
            return what;
        using SafeFd one = directory.Part(entry.Layer).OpenName(name, OpenFlags.ReadOnly), other = directory.Part(above.Layer).OpenName(name, OpenFlags.ReadOnly);
        if (was.Size == now.Size && !FileContent.AreEqual(one, other, _cancellation))
            what |= Differing.Content;
        return ContentAttributes.AreEqual(one, other) ? what : what | Differing.Attributes;
    }

    // What can be seen below a directory, by the layer that has it.
    private List<StepContent> Inside(byte[] path, int[] layers)
    {
        var tallies = new SortedDictionary<int, Tally>();
        var linked = new HashSet<(int, ulong)>();
        var open = new Stack<(byte[] Path, int[] Layers)>([(path, layers)]);
        while (open.TryPop(out (byte[] Path, int[] Layers) next))
        {
            using var directory = new LayeredDirectory(_stack, next.Path, next.Layers);
            foreach (byte[] name in directory.Names)
            {
                _cancellation.ThrowIfCancellationRequested();
                if (directory.Visible(name) is not { } seen)
                    continue;
                (int layer, FileStatus status) = seen.Top;
                if (seen.IsDirectory)
                    open.Push((directory.PathOf(name), seen.Layers));
                else if (status.IsRegular && (status.Links == 1 || linked.Add((layer, status.Inode))))
                    (tallies.TryGetValue(layer, out Tally? tally) ? tally : tallies[layer] = new()).Add(directory.PathOf(name), status.Size);
            }
        }
        return [.. tallies.Select(t => new StepContent(StepOf(t.Key), t.Value.Bytes, t.Value.Files))];
    }

    private LayerStep StepOf(int layer) => _steps[_steps.Count - 1 - layer];

    private static IEnumerable<byte[]> Parts(byte[] path)
    {
        int start = 0;
        for (int i = 0; i <= path.Length; i++)
        {
            if (i < path.Length && path[i] != (byte)'/')
                continue;
            byte[] part = path[start..i];
            start = i + 1;
            if (part.Length > 0 && !part.AsSpan().SequenceEqual("."u8))
                yield return part;
        }
    }

    private static byte[] Joined(List<byte[]> parts)
    {
        byte[] path = [];
        foreach (byte[] part in parts)
            path = PathBytes.Combine(path, part);
        return path;
    }
}
