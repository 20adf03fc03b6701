using Slipway.Build.Graph;
using Slipway.Build.Solving;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Build.Export;

/// <summary>A solved graph to an image in the store: the configuration with its layers, the manifest, the names.</summary>
internal static class ImageExporter
{
    public static ImageRecord Export(SolvedGraph solved, IReadOnlyList<Reference> tags, ImageStore images)
    {
        BuildGraph graph = solved.Graph;
        StepResult target = solved.Results[graph.Target];
        ImageConfig config = graph.Image with
        {
            Created = Timestamp(graph.Epoch),
            Rootfs = new RootFs { Type = "layers", DiffIds = [.. target.Layers.Select(layer => layer.DiffId)] },
            History = [.. graph.History.Select(draft => Entry(draft, solved))],
        };
        return images.Create(config, [.. target.Layers.Select(layer => layer.Blob)], tags);
    }

    /// <summary>RFC 3339, whole seconds.</summary>
    public static string Timestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    private static HistoryEntry Entry(HistoryDraft draft, SolvedGraph solved) =>
        draft.Step is null ? draft.Entry : draft.Entry with { EmptyLayer = solved.Results[draft.Step].Own is null ? true : null };
}
