using Slipway.Build.Cache;
using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Archives;
using Slipway.Store.Images;
using Slipway.Store.Layers;
using Slipway.Store.Leases;

namespace Slipway.Build.Solving;

/// <summary>
/// Brings one step to its result: from the cache where its key is known and what it made is still there, else by doing it. It asks a step for
/// nothing but its inputs' results. Called for many steps at once.
/// </summary>
/// <param name="graph">The steps.</param>
/// <param name="context">What executors share.</param>
/// <param name="cache">What was made before.</param>
/// <param name="lease">Keeps what is used and made until an image refers to it.</param>
/// <param name="reporter">Hears of each step.</param>
/// <param name="isCached">Whether the steps of a stage may come from the cache.</param>
/// <param name="explain">Whether to find out why a step didn't.</param>
internal sealed class StepSolver(BuildGraph graph, StepContext context, StepCache cache, Lease lease, StepReporter reporter, Func<string, bool> isCached, bool explain) : IDisposable
{
    // The kernel's OVL_MAX_STACK, less the upper directory and one for safety.
    private const int MaxLayers = 498;

    // Steps wait for disks, networks and each other more than for processors; what this bounds is a Dockerfile of hundreds of stages.
    private static readonly int s_mostAtOnce = Math.Max(8, System.Environment.ProcessorCount * 2);

    private readonly SemaphoreSlim _room = new(context.IsTrial ? 1 : s_mostAtOnce);
    private readonly HashSet<Vertex> _packed = PackedSteps(graph);

    /// <summary>Whether a layer of the image was made anew.</summary>
    public bool HasMade { get; private set; }

    // (1) a base image's result is its layers; (2) the keys are computed, the cheap one first, and looked up; (3) on a miss the step is done in a
    // fresh upper directory, unless another build is doing it: then that is waited for; (4) which becomes a layer; (5) which is recorded under all keys.
    public async Task<(StepResult, StepOutcome)> SolveAsync(Vertex step, IReadOnlyList<StepResult> inputs, int number, CancellationToken ct)
    {
        if (step.Operation is ImageOperation image)
            return (Begin(image.Image), StepOutcome.Done);
        try
        {
            using IStepExecutor executor = Executor(step, inputs);
            return await SolveAsync(step, executor, inputs[0], number, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SlipwayException and not DockerfileException or LinuxException)
        {
            throw AtLines(step, e);
        }
    }

    public void Dispose() => _room.Dispose();

    private async Task<(StepResult, StepOutcome)> SolveAsync(Vertex step, IStepExecutor executor, StepResult below, int number, CancellationToken ct)
    {
        bool useCache = isCached(step.Place.Stage);
        var keys = new List<Ingredients>();
        await foreach (Ingredients key in executor.KeysAsync(ct).ConfigureAwait(false))
        {
            keys.Add(key);
            if (useCache && FindCached(key, below, ct) is { } cached)
                return (below.With(cached.Layer), StepOutcome.Cached);
        }
        // Whoever wants it made anew wants it from nobody else either.
        using IDisposable? made = useCache ? await cache.Locks.AcquireAsync(keys[^1].Digest, ct).ConfigureAwait(false) : null;
        if (useCache && FindCached(keys[^1], below, ct) is { } others)
            return (below.With(others.Layer), StepOutcome.Cached);
        reporter.Runs(number);
        if (explain)
            reporter.Missed(number, useCache ? MissExplainer.Explain(cache, graph, step, below, keys, executor.Files) : ["--no-cache"]);
        long started = context.Clock.GetTimestamp();
        (BuiltLayer? layer, PackedBlob? members) = await ExecuteAsync(step, executor, below, number, ct).ConfigureAwait(false);
        if (context.IsTrial)
            return (below.With(layer), StepOutcome.Done);
        long bytes = layer is null ? 0 : context.Store.Layers.Get(layer.ChainId).Bytes;
        cache.Files.Save(keys[^1].Digest, executor.Files);
        if (members is { Members.Count: > 0 })
            cache.Members.Save(keys[^1].Digest, members);
        cache.Put(keys, layer, new(step.Place, context.Clock.GetElapsedTime(started), bytes));
        return (below.With(layer), StepOutcome.Done);
    }

    private async Task<(BuiltLayer? Layer, PackedBlob? Members)> ExecuteAsync(Vertex step, IStepExecutor executor, StepResult below, int number, CancellationToken ct)
    {
        if (below.Layers.Count >= MaxLayers)
            throw new SlipwayException(ErrorKind.Exhausted, $"an image can have at most {MaxLayers} layers");
        await _room.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            // A thread of its own: most of it is waiting in system calls, and the pool has few threads.
            return await Task.Factory.StartNew(() => ExecuteHereAsync(step, executor, below, number, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap().ConfigureAwait(false);
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task<(BuiltLayer? Layer, PackedBlob? Members)> ExecuteHereAsync(Vertex step, IStepExecutor executor, StepResult below, int number, CancellationToken ct)
    {
        using StepWorkspace workspace = context.Directory.NewWorkspace(executor.NeedsBase ? context.Lowers(below) : []);
        try
        {
            if (!await executor.ExecuteAsync(workspace, (stream, bytes) => reporter.Output(number, stream, bytes.Span), ct).ConfigureAwait(false))
                return (null, null);
        }
        catch (RunFailedException e) when (TryKeepFailed(step, e, below, workspace, ct) is { } id)
        {
            throw new SlipwayException(e.Kind, e.Message, e) { Hint = $"look around in what it left: slip enter --build {id}, or with --before in what it began with" };
        }
        return Keep(step, executor, workspace, below, ct);
    }

    // Null where what is left can't be kept: the failure is what a person must hear of.
    private string? TryKeepFailed(Vertex step, RunFailedException failure, StepResult below, StepWorkspace workspace, CancellationToken ct)
    {
        try
        {
            var failed = new FailedSteps(context.Store, context.Clock);
            failed.Expire();
            LayerInfo after = context.Store.Layers.Settle(below.Chain, workspace.Upper, context.Epoch, ct);
            return failed.Keep(step.Place.Title, below.Chain, after.ChainId, failure.Keep());
        }
        catch (Exception e) when (e is SlipwayException or IOException)
        {
            return null;
        }
    }

    // A layer that doesn't look at what it stands on is made on nothing, and put onto that.
    private (BuiltLayer Layer, PackedBlob? Members) Keep(Vertex step, IStepExecutor executor, StepWorkspace workspace, StepResult below, CancellationToken ct)
    {
        bool needsBase = executor.NeedsBase;
        LayerStore layers = context.Store.Layers;
        Digest? parent = needsBase ? below.Chain : null;
        CommittedLayer? packed = _packed.Contains(step)
            ? layers.Commit(parent, workspace.Upper, new() { Take = true, IsStill = true, ClampTo = context.Epoch, Remember = executor.Files.Count > 0, Earlier = executor.Earlier }, ct)
            : null;
        HasMade |= packed is not null;
        LayerInfo layer = packed?.Layer ?? layers.Settle(parent, workspace.Upper, context.Epoch, ct);
        if (!needsBase)
            layer = layers.Graft(layer.ChainId, below.Chain, ct);
        return (new(layer.ChainId, layer.DiffId, packed?.Blob), packed?.Members);
    }

    private IStepExecutor Executor(Vertex step, IReadOnlyList<StepResult> inputs) => step.Operation switch
    {
        RunOperation run => new RunExecutor(run, [.. step.Inputs.Select((input, i) => (inputs[i], input.Place.Stage))], context),
        WorkdirOperation workdir => new WorkdirExecutor(workdir, inputs[0], context),
        CopyOperation copy => new CopyExecutor(step, copy, inputs[0], copy.Context is null ? inputs[1] : null, step.Inputs[^1].Place.Stage, context),
        _ => throw new InvalidOperationException($"no executor for {step.Operation.GetType().Name}"),
    };

    // Leased before it is looked for, so that it can't go away in between. What was collected is a miss. A layer that fits on anything may have
    // been made on something else.
    private CachedStep? FindCached(Ingredients key, StepResult below, CancellationToken ct)
    {
        CachedStep? cached = cache.Find(key.Digest);
        if (cached?.Layer is not { } layer)
            return Used(key, cached);
        Digest chain = LayerStore.ChainIdOf(below.Chain, layer.DiffId);
        lease.AddLayer(chain);
        if (context.Store.Layers.Find(chain) is not null)
            return Used(key, new(layer with { ChainId = chain }));
        if (chain == layer.ChainId)
            return null;
        lease.AddLayer(layer.ChainId);
        return context.Store.Layers.Find(layer.ChainId) is null ? null : Used(key, new(layer with { ChainId = context.Store.Layers.Graft(layer.ChainId, below.Chain, ct).ChainId }));
    }

    private CachedStep? Used(Ingredients key, CachedStep? cached)
    {
        if (cached is not null)
            cache.Use(key.Digest);
        return cached;
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
        ErrorKind kind = e is SlipwayException known ? known.Kind : ErrorText.IsFull(e) ? ErrorKind.Exhausted : ErrorKind.Internal;
        return new DockerfileException(kind, e.Message, graph.Source, step.Place.Lines, e) { Hint = (e as SlipwayException)?.Hint };
    }

    // Only what is in the image is ever packed: the layers of other stages are read here and sent nowhere.
    private static HashSet<Vertex> PackedSteps(BuildGraph graph)
    {
        var packed = new HashSet<Vertex>();
        for (Vertex? at = graph.Target; at is not null && packed.Add(at);)
            at = at.Inputs.Count > 0 ? at.Inputs[0] : null;
        return packed;
    }
}
