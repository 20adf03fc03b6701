using Slipway.Engine.Recording;
using Slipway.Oci;
using Slipway.Store.Explaining;
using Slipway.Store.Images;
using Slipway.Store.Leases;

namespace Slipway.Engine.Explaining;

/// <summary>Says where an image's bytes are and where its files come from.</summary>
public sealed class ImageExplanations
{
    private readonly EngineContext _context;

    internal ImageExplanations(EngineContext context) => _context = context;

    /// <summary>The whole image: what is stored and not seen, what is stored twice, what package managers left.</summary>
    /// <exception cref="SlipwayException">NotFound: no such image.</exception>
    public ImageExplanation Explain(string nameOrId, CancellationToken cancel) =>
        Held(nameOrId, image => ImageExplainer.Explain(_context.Store.Layers, image, cancel));

    /// <summary>One path of it: its layer, instruction and package, and every version that it hides.</summary>
    /// <exception cref="SlipwayException">NotFound: no such image, or no layer has the path.</exception>
    public PathExplanation Explain(string nameOrId, string path, CancellationToken cancel) =>
        Held(nameOrId, image => PathExplainer.Explain(_context.Store.Layers, image, path, cancel));

    /// <summary>Where a committed image came from; null of an image that was not committed.</summary>
    /// <exception cref="SlipwayException">NotFound: no such image.</exception>
    public CommitRecord? CommitOf(string nameOrId) => CommitRecord.Find(_context.Store.Images.Get(nameOrId));

    // Whoever removes the image meanwhile, its layers stay until we are done.
    private T Held<T>(string nameOrId, Func<ImageRecord, T> explain)
    {
        using Lease lease = _context.Store.Leases.Acquire("explain");
        ImageRecord image = _context.Store.Images.Get(nameOrId);
        if (image.ChainIds.Count > 0)
            lease.AddLayer(image.ChainIds[^1]);
        return explain(image);
    }
}
