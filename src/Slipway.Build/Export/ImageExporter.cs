using Slipway.Build.Cache;
using Slipway.Build.Graph;
using Slipway.Build.Solving;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store;
using Slipway.Store.Images;
using Slipway.Store.Leases;

namespace Slipway.Build.Export;

/// <summary>A solved graph to an image in the store: the configuration with its layers, the manifest, the names.</summary>
internal sealed class ImageExporter(ImageStorage store, StepCache cache)
{
    /// <summary>Records it; tells besides whether the store had it before.</summary>
    public (ImageRecord Image, bool WasThere) Export(SolvedGraph solved, IReadOnlyDictionary<string, string> annotations, IReadOnlyList<Reference> tags, CancellationToken ct) =>
        store.Images.Create(ConfigOf(solved), [.. LayersOf(solved).Select(layer => Packed(layer, solved.Graph.Epoch, ct))], annotations, tags);

    /// <summary>Makes it for archives alone: the store never has it, so that no other build of the same can rely on what goes again.</summary>
    public ImageRecord Compose(SolvedGraph solved, IReadOnlyDictionary<string, string> annotations, Lease lease, CancellationToken ct) =>
        store.Images.Compose(ConfigOf(solved), [.. LayersOf(solved).Select(layer => (Packed(layer, solved.Graph.Epoch, ct), layer.ChainId))], annotations, lease);

    private static IReadOnlyList<BuiltLayer> LayersOf(SolvedGraph solved) => solved.Results[solved.Graph.Target].Layers;

    private static ImageConfig ConfigOf(SolvedGraph solved) => solved.Graph.Image with
    {
        Created = Timestamp(solved.Graph.Epoch),
        Rootfs = new RootFs { Type = "layers", DiffIds = [.. LayersOf(solved).Select(layer => layer.DiffId)] },
        History = [.. solved.Graph.History.Select(draft => Entry(draft, solved))],
    };

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
