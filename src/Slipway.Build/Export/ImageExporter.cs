using Slipway.Build.Cache;
using Slipway.Build.Graph;
using Slipway.Build.Solving;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store;
using Slipway.Store.Images;

namespace Slipway.Build.Export;

/// <summary>A solved graph to an image in the store: the configuration with its layers, the manifest, the names.</summary>
internal sealed class ImageExporter(ImageStorage store, StepCache cache)
{
    public ImageRecord Export(SolvedGraph solved, IReadOnlyDictionary<string, string> annotations, IReadOnlyList<Reference> tags, CancellationToken ct)
    {
        BuildGraph graph = solved.Graph;
        StepResult target = solved.Results[graph.Target];
        ImageConfig config = graph.Image with
        {
            Created = Timestamp(graph.Epoch),
            Rootfs = new RootFs { Type = "layers", DiffIds = [.. target.Layers.Select(layer => layer.DiffId)] },
            History = [.. graph.History.Select(draft => Entry(draft, solved))],
        };
        return store.Images.Create(config, [.. target.Layers.Select(layer => Packed(layer, graph.Epoch, ct))], annotations, tags);
    }

    // A layer of the cache may never have been packed, or its blob may have gone with the last image that had it.
    private Descriptor Packed(BuiltLayer layer, DateTimeOffset epoch, CancellationToken ct)
    {
        if (layer.Blob is { } blob)
        {
            store.Leases.Hold([blob.Digest]);
            if (store.Blobs.Contains(blob.Digest))
                return blob;
        }
        Descriptor packed = store.Layers.Pack(layer.ChainId, epoch, ct);
        cache.SetBlob(layer.ChainId, packed);
        return packed;
    }

    /// <summary>RFC 3339, whole seconds.</summary>
    public static string Timestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    private static HistoryEntry Entry(HistoryDraft draft, SolvedGraph solved) =>
        draft.Step is null ? draft.Entry : draft.Entry with { EmptyLayer = solved.Results[draft.Step].Own is null ? true : null };
}
