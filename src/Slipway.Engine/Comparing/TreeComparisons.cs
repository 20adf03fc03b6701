using Slipway.Engine.Containers;
using Slipway.Oci;
using Slipway.Store.Comparing;
using Slipway.Store.Images;
using Slipway.Store.Layers;
using Slipway.Store.Leases;

namespace Slipway.Engine.Comparing;

/// <summary>
/// Compares file trees of images, layers and containers with each other. A layer is the tree with all layers below it; a container is its
/// image with its writable layer, without what is mounted into it. Of a container that runs, files may change while they are compared.
/// </summary>
public sealed class TreeComparisons
{
    private const int LeastPrefix = 4;
    private static readonly string[] s_kinds = ["image", "layer", "container"];
    private readonly EngineContext _context;
    private readonly ContainerManager _containers;

    internal TreeComparisons(EngineContext context, ContainerManager containers)
    {
        _context = context;
        _containers = containers;
    }

    /// <summary>Every path that differs, sorted.</summary>
    /// <param name="before">The name or id of an image or container, or a layer's chain id or diff id, or the beginning of an id. <c>image:</c>,
    /// <c>layer:</c> or <c>container:</c> before it says which is meant.</param>
    /// <param name="after">The same.</param>
    /// <param name="times">Whether another time of last change is a difference.</param>
    /// <param name="cancel">Ends the walk.</param>
    /// <exception cref="SlipwayException">NotFound; Conflict: the name is several things'.</exception>
    public IReadOnlyList<PathDifference> Compare(string before, string after, bool times, CancellationToken cancel)
    {
        using Lease lease = _context.Store.Leases.Acquire("diff");
        IReadOnlyList<string> first = TreesOf(before, lease), second = TreesOf(after, lease);
        return StackComparer.Compare(first, second, times, cancel);
    }

    private IReadOnlyList<string> TreesOf(string asked, Lease lease)
    {
        string? kind = s_kinds.FirstOrDefault(k => asked.StartsWith(k + ":", StringComparison.Ordinal));
        string name = kind is null ? asked : asked[(kind.Length + 1)..];
        ContainerRecord? container = kind is null or "container" ? _containers.Find(name) : null;
        ImageRecord? image = kind is "image" || (kind is null && Reference.TryParse(name, out _)) || (kind is null && Digest.TryParse(name, out _)) ? _context.Store.Images.Find(name) : null;
        // A layer only where nothing else has the name: every image's lowest layer would be in the way of ids.
        LayerInfo? layer = kind is "layer" || (kind is null && container is null && image is null) ? FindLayer(name) : null;
        if (container is not null && image is not null)
        {
            throw new SlipwayException(ErrorKind.Conflict, $"'{asked}' is a container and an image")
            {
                Hint = $"say which: 'container:{name}' or 'image:{name}'",
            };
        }
        if (container is not null)
            return [_context.Paths.Upper(container.Id), .. Stack(_context.Store.Images.Get(container.ImageId.ToString()).ChainIds, lease)];
        if (image is not null)
            return Stack(image.ChainIds, lease);
        return layer is not null ? Stack([layer.ChainId], lease)
            : throw new SlipwayException(ErrorKind.NotFound, $"No such {kind ?? "image, layer or container"}: {name}");
    }

    // Held first, then looked at: nothing is collected meanwhile.
    private IReadOnlyList<string> Stack(IReadOnlyList<Digest> chain, Lease lease)
    {
        if (chain.Count == 0)
            return [];
        lease.AddLayer(chain[^1]);
        return _context.Store.Layers.StackOf(chain[^1]);
    }

    private LayerInfo? FindLayer(string name)
    {
        string prefix = name.StartsWith("sha256:", StringComparison.Ordinal) ? name["sha256:".Length..] : name;
        if (prefix.Length < LeastPrefix || prefix.AsSpan().ContainsAnyExcept("0123456789abcdef"))
            return null;
        List<LayerInfo> all = [.. _context.Store.Layers.List()];
        List<LayerInfo> found = all.FindAll(l => l.ChainId.Hex.StartsWith(prefix, StringComparison.Ordinal));
        if (found.Count == 0)
            found = all.FindAll(l => l.DiffId.Hex.StartsWith(prefix, StringComparison.Ordinal));
        return found.Count switch
        {
            0 => null,
            1 => found[0],
            _ => throw new SlipwayException(ErrorKind.Conflict, $"'{name}' is the beginning of {found.Count} layers' ids")
            {
                Hint = $"take one of the chain ids: {string.Join(", ", found.Take(4).Select(l => l.ChainId.Short))}",
            },
        };
    }
}
