using Slipway.Build.Cache;
using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;
using Slipway.Store.Layers;
using Slipway.Store.Leases;

namespace Slipway.Build.Solving;

/// <summary>
/// Brings every step of a graph to its result, each after its inputs: from the cache where its key is known and what it made is still there,
/// else by doing it. It asks a step for nothing but its inputs' results, so steps that don't need each other may one day run side by side.
/// </summary>
internal sealed class Solver(BuildGraph graph, StepContext context, StepCache cache, Lease lease, StepReporter reporter, bool useCache)
{
    // The kernel's OVL_MAX_STACK, less the upper directory and one for safety.
    private const int MaxLayers = 498;

    private readonly Dictionary<Vertex, StepResult> _results = [];

    public async Task<SolvedGraph> SolveAsync(CancellationToken ct)
    {
        foreach (Vertex step in graph.Steps)
        {
            ct.ThrowIfCancellationRequested();
            _results[step] = await reporter.ReportAsync(step, number => SolveAsync(step, number, ct)).ConfigureAwait(false);
        }
        return new(graph, _results);
    }

    // (1) a base image's result is its layers; (2) the keys are computed, the cheap one first, and looked up; (3) on a miss the step is done in a
    // fresh upper directory; (4) which becomes a layer; (5) which is recorded under all keys.
    private async Task<(StepResult, StepOutcome)> SolveAsync(Vertex step, int number, CancellationToken ct)
    {
        if (step.Operation is ImageOperation image)
            return (Begin(image.Image), StepOutcome.Done);
        StepResult below = _results[step.Inputs[0]];
        try
        {
            using IStepExecutor executor = Executor(step, below, ct);
            var keys = new List<Ingredients>();
            foreach (Ingredients key in executor.Keys())
            {
                keys.Add(key);
                if (useCache && FindCached(key) is { } cached)
                    return (below.With(cached.Layer), StepOutcome.Cached);
            }
            BuiltLayer? layer = await ExecuteAsync(executor, below, number, ct).ConfigureAwait(false);
            foreach (Ingredients key in keys)
                cache.Put(key, layer);
            return (below.With(layer), StepOutcome.Done);
        }
        catch (Exception e) when (e is SlipwayException and not DockerfileException or LinuxException)
        {
            throw AtLines(step, e);
        }
    }

    private async Task<BuiltLayer?> ExecuteAsync(IStepExecutor executor, StepResult below, int number, CancellationToken ct)
    {
        if (below.Layers.Count >= MaxLayers)
            throw new SlipwayException(ErrorKind.Exhausted, $"an image can have at most {MaxLayers} layers");
        using StepWorkspace workspace = context.Directory.NewWorkspace(context.Lowers(below));
        if (!await executor.ExecuteAsync(workspace, (stream, bytes) => reporter.Output(number, stream, bytes.Span), ct).ConfigureAwait(false))
            return null;
        var options = new LayerCommitOptions { Take = true, ClampTo = context.Epoch };
        CommittedLayer committed = context.Store.Layers.Commit(below.Chain, workspace.Upper, options, ct);
        return new(committed.Layer.ChainId, committed.Layer.DiffId, committed.Blob);
    }

    private IStepExecutor Executor(Vertex step, StepResult below, CancellationToken ct) => step.Operation switch
    {
        RunOperation run => new RunExecutor(run, below, context),
        WorkdirOperation workdir => new WorkdirExecutor(workdir, below, context),
        CopyOperation copy => new CopyExecutor(copy, below, copy.FromContext ? null : _results[step.Inputs[1]], step.Inputs[^1].Place.Stage, context, ct),
        _ => throw new InvalidOperationException($"no executor for {step.Operation.GetType().Name}"),
    };

    // Leased before it is looked for, so that it can't go away in between. What was collected is a miss.
    private CachedStep? FindCached(Ingredients key)
    {
        CachedStep? cached = cache.Find(key.Digest);
        if (cached?.Layer is not { } layer)
            return cached;
        lease.AddLayer(layer.ChainId);
        lease.AddBlob(layer.Blob.Digest);
        return context.Store.Layers.Find(layer.ChainId) is not null && context.Store.Blobs.Contains(layer.Blob.Digest) ? cached : null;
    }

    private StepResult Begin(ImageRecord? image)
    {
        if (image is null)
            return new([], null);
        var layers = new List<BuiltLayer>();
        for (int i = 0; i < image.Manifest.Layers.Count; i++)
        {
            Descriptor blob = image.Manifest.Layers[i];
            lease.AddLayer(image.ChainIds[i]);
            lease.AddBlob(blob.Digest);
            layers.Add(new(image.ChainIds[i], image.Config.Rootfs.DiffIds[i], blob));
        }
        return new(layers, null);
    }

    private DockerfileException AtLines(Vertex step, Exception e)
    {
        ErrorKind kind = e is SlipwayException known ? known.Kind : ((LinuxException)e).Errno is Errno.ENOSPC or Errno.EDQUOT ? ErrorKind.Exhausted : ErrorKind.Internal;
        return graph.Source.Error(step.Place.Lines, e.Message, kind, e);
    }
}
