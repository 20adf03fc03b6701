using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Store.Comparing;
using Slipway.Store.Images;
using Slipway.Store.Layers;
using Slipway.Store.Snapshots;

namespace Slipway.Store.Explaining;

/// <summary>
/// Finds where an image's bytes are: one walk over all its layers at once, in which every file of every layer is met, the hidden ones too, with what
/// hides it. Then the files that can be seen are compared by content. Nothing is mounted, and nothing of the image is trusted.
/// </summary>
public sealed class ImageExplainer
{
    private readonly IReadOnlyList<LayerStep> _steps;
    private readonly LayerStack _stack;
    private readonly CancellationToken _cancellation;
    private readonly HiddenTally _hidden;
    private readonly Tally[] _stored;
    private readonly RepeatedFinder _repeated;
    private readonly Dictionary<CacheRule, (Tally Tally, string Place, SortedSet<int> Layers)> _caches = [];

    // Files with several names in a layer: they are stored once, and seen when one of the names is.
    private readonly Dictionary<(int Layer, ulong Inode), (bool Seen, byte[] Path, FileStatus Status, HiddenKey Why, FileStatus Above)> _linked = [];

    private ImageExplainer(IReadOnlyList<LayerStep> steps, LayerStack stack, CancellationToken cancellation)
    {
        _steps = steps;
        _stack = stack;
        _cancellation = cancellation;
        _hidden = new(StepOf);
        _stored = [.. steps.Select(_ => new Tally())];
        _repeated = new(stack, cancellation);
    }

    /// <summary>The whole image.</summary>
    /// <param name="layers">Where its layers are.</param>
    /// <param name="image">The image; held by a lease of the caller's.</param>
    /// <param name="cancellation">Ends the walk.</param>
    public static ImageExplanation Explain(LayerStore layers, ImageRecord image, CancellationToken cancellation = default)
    {
        using var stack = new LayerStack(image.ChainIds.Reverse().Select(layers.PathOf));
        var explainer = new ImageExplainer(LayerStep.Of(image), stack, cancellation);
        explainer.Walk();
        return explainer.Result();
    }

    private void Walk()
    {
        var open = new Stack<Region>();
        open.Push(new([], [.. Enumerable.Range(0, _stack.Count)], null));
        while (open.TryPop(out Region region))
        {
            using var directory = new LayeredDirectory(_stack, region.Path, region.Layers);
            foreach (byte[] name in directory.Names)
            {
                _cancellation.ThrowIfCancellationRequested();
                Generation? above = null;
                foreach ((Generation generation, Hider? hider) in Region.Of(directory, name, region.Hider))
                {
                    if (generation.IsDirectory)
                    {
                        _hidden.Directory(generation, hider);
                        open.Push(new(directory.PathOf(name), generation.Layers, hider));
                    }
                    else if (generation.Top.Status.IsRegular)
                    {
                        File(directory, name, generation.Top, hider, above);
                    }
                    above = generation;
                }
            }
        }
        foreach (((int layer, _), (bool seen, byte[] path, FileStatus status, HiddenKey why, FileStatus above)) in _linked)
        {
            if (!seen)
                _hidden.Add(why, path, status.Size, above);
        }
    }

    private void File(LayeredDirectory directory, byte[] name, LayeredEntry entry, Hider? hider, Generation? above)
    {
        byte[] path = directory.PathOf(name);
        (int layer, FileStatus status) = entry;
        bool known = status.Links > 1 && _linked.ContainsKey((layer, status.Inode));
        if (!known)
            _stored[_steps.Count - 1 - layer].Add(path, status.Size);
        if (hider is null)
        {
            _hidden.Visible(layer, status);
            if (!known || !_linked[(layer, status.Inode)].Seen)
                Seen(path, layer, status);
        }
        if (status.Links > 1 && (hider is null || !known))
        {
            _linked[(layer, status.Inode)] = hider is { } why
                ? (false, path, status, Key(directory, name, entry, why, above), above?.Top.Status ?? default)
                : (true, path, status, default, default);
        }
        else if (hider is { } by && status.Links <= 1)
        {
            _hidden.Add(Key(directory, name, entry, by, above), path, status.Size, above?.Top.Status ?? default);
        }
    }

    private void Seen(byte[] path, int layer, in FileStatus status)
    {
        _repeated.Add(path, layer, status.Size);
        foreach (CacheRule rule in CacheRule.All)
        {
            if (status.Size == 0 || rule.Find(path) is not (>= 0 and int at))
                continue;
            if (!_caches.TryGetValue(rule, out (Tally Tally, string, SortedSet<int> Layers) cache))
                _caches.Add(rule, cache = (new(), Tally.Show(path[..(at + rule.Place.Length - 1)]), []));
            cache.Tally.Add(path, status.Size);
            cache.Layers.Add(layer);
            break;
        }
    }

    // What is the same again above is doubled; else it is as whoever hides it says.
    private HiddenKey Key(LayeredDirectory directory, byte[] name, LayeredEntry entry, Hider hider, Generation? above)
    {
        if (!hider.Removed && above is { IsDirectory: false } && above.Top.Status is { IsRegular: true } upper && upper.Size == entry.Status.Size && upper.Size > 0)
        {
            using SafeFd one = directory.Part(above.Top.Layer).OpenName(name, OpenFlags.ReadOnly), other = directory.Part(entry.Layer).OpenName(name, OpenFlags.ReadOnly);
            if (FileContent.AreEqual(one, other, _cancellation))
                return new(HiddenKind.Doubled, entry.Layer, hider.Layer, StatusComparer.Compare(entry.Status, upper, times: false) | (ContentAttributes.AreEqual(one, other) ? 0 : Differing.Attributes));
        }
        return new(hider.Removed ? HiddenKind.Removed : HiddenKind.Replaced, entry.Layer, hider.Layer, Differing.None);
    }

    private ImageExplanation Result() => new()
    {
        Steps = [.. _stored.Select((t, i) => new StepContent(_steps[i], t.Bytes, t.Files))],
        Hidden = _hidden.Result(),
        Repeated = _repeated.Find(),
        AllCompared = _repeated.HasAll,
        Caches = [.. _caches.Select(c => new PackageCache(c.Key.Name, c.Value.Place, [.. c.Value.Layers.Reverse().Select(StepOf)], c.Value.Tally.Bytes, c.Value.Tally.Files, c.Key.Fix))
            .OrderByDescending(c => c.Bytes)],
    };

    private LayerStep StepOf(int layer) => _steps[_steps.Count - 1 - layer];
}
