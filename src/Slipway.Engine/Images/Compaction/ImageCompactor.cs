using System.Runtime.ExceptionServices;
using Slipway.Engine.Registries;
using Slipway.Store.Recipes;

namespace Slipway.Engine.Images.Compaction;

/// <summary>Keeps the layers of images once: drops the blobs that they came as, where these can be had again, bit for bit.</summary>
public sealed class ImageCompactor
{
    private readonly EngineContext _context;
    private readonly RegistryManager _registries;

    internal ImageCompactor(EngineContext context, RegistryManager registries)
    {
        _context = context;
        _registries = registries;
    }

    /// <summary>The layers that are kept twice, the largest blob first. <see cref="Run"/> as a dry run says what dropping each frees, to the byte.</summary>
    /// <param name="images">Names or ids; none: all images.</param>
    /// <exception cref="Oci.SlipwayException">NotFound.</exception>
    public IReadOnlyList<PackedLayer> List(IReadOnlyList<string> images) =>
        _context.Store.Compactor.List(images.Count == 0 ? null : [.. images.Select(name => _context.Store.Images.Get(name).Id)]);

    /// <summary>Drops blobs; each only after what is kept instead has made it again, which takes about as long as packing the layer did.</summary>
    /// <param name="layers">Of <see cref="List"/>. What has changed since is left as it is.</param>
    /// <param name="request">How.</param>
    /// <param name="done">Told of each, one call at a time, in no order.</param>
    /// <param name="cancellation">Stops between two layers, or within one without a trace.</param>
    /// <returns>In the order of <paramref name="layers"/>.</returns>
    public IReadOnlyList<CompactedLayer> Run(IReadOnlyList<PackedLayer> layers, CompactionRequest request, Action<CompactedLayer>? done, CancellationToken cancellation)
    {
        var registry = new RegistryBlobs(_context, _registries);
        var options = new CompactionOptions
        {
            DryRun = request.DryRun,
            FindInRegistry = request.Refetch ? layer => registry.Find(layer.Blob, cancellation) : null,
        };
        var results = new CompactedLayer[layers.Count];
        var reporting = new Lock();
        try
        {
            Parallel.For(0, layers.Count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, CompactOne);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        return results;

        void CompactOne(int i)
        {
            CompactedLayer result = results[i] = _context.Store.Compactor.Compact(layers[i], options, cancellation);
            lock (reporting)
                done?.Invoke(result);
        }
    }
}
