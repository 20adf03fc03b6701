using Slipway.Build.Cache;
using Slipway.Build.Context;
using Slipway.Build.Graph;
using Slipway.Store.Archives;

namespace Slipway.Build.Solving;

/// <summary>The files of a layer that an earlier version of a step made: what has not changed since need not be written again.</summary>
internal sealed class EarlierFiles
{
    private readonly Dictionary<string, FileHash> _files;

    private EarlierFiles(string root, Dictionary<string, FileHash> files, PackedBlob? blob) => (Root, _files, Blob) = (root, files, blob);

    /// <summary>The layer packed; null where that is not known.</summary>
    public PackedBlob? Blob { get; }

    /// <summary>The layer's directory.</summary>
    public string Root { get; }

    /// <summary>The layer of the step that differs from this one in its files alone; null where there is none.</summary>
    /// <param name="context">The build's.</param>
    /// <param name="step">The step.</param>
    /// <param name="key">Its exact key.</param>
    public static EarlierFiles? Find(StepContext context, Vertex step, Ingredients key)
    {
        const int MostLookedAt = 10;
        foreach (EarlierStep earlier in context.Cache.FindAt(StepCache.PlaceOf(step.Place), MostLookedAt))
        {
            bool differsInFiles = earlier is { Gone: null, Layer: not null } && MissExplainer.Differing(earlier, key).All(name => name == "parent" || name.StartsWith("content", StringComparison.Ordinal));
            if (!differsInFiles || context.Cache.Files.TryRead(earlier.Key) is not { } files)
                continue;
            context.Lease.AddLayer(earlier.Layer!.Value);
            if (context.Store.Layers.Find(earlier.Layer.Value) is not null)
                return new(context.Store.Layers.PathOf(earlier.Layer.Value), files, context.Cache.Members.TryRead(earlier.Key));
        }
        return null;
    }

    /// <summary>Whether the layer has a file of this path and content.</summary>
    public bool Has(string path, FileHash content) => _files.TryGetValue(path, out FileHash there) && there == content;
}
