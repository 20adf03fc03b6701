using Slipway.Build.Cache;
using Slipway.Build.Context;
using Slipway.Build.Dockerfile;
using Slipway.Build.Export;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Solving;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store;
using Slipway.Store.Images;
using Slipway.Store.Leases;

namespace Slipway.Build;

/// <summary>
/// Builds images from Dockerfiles. The same Dockerfile, context, base images and arguments give the same image, digest for digest, on any day.
/// </summary>
/// <param name="store">Takes layers and images.</param>
/// <param name="images">Finds what FROM names.</param>
/// <param name="runner">Runs RUN.</param>
/// <param name="clock">Measures how long steps take; its time of day never gets into an image.</param>
public sealed class Builder(ImageStorage store, IImageSource images, IStepRunner runner, TimeProvider clock)
{
    /// <summary>Builds one target.</summary>
    /// <exception cref="DockerfileException">A line of the Dockerfile is to blame: it has the lines, and an excerpt that shows them.</exception>
    /// <exception cref="SlipwayException">NotFound: no context, Dockerfile or target; InvalidArgument: a wrong argument.</exception>
    public async Task<BuildResult> BuildAsync(BuildRequest request, IBuildProgress progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(progress);
        var reporter = new StepReporter(progress, clock);

        // (1) text: the Dockerfile and the ignore rules, from the context.
        using DirFd root = BuildContext.Open(request.ContextDirectory);
        (DockerfileSource source, IgnoreRules rules) = await reporter.ReportAsync(
            "[internal] load build definition",
            () => (BuildContext.ReadDockerfile(root, request.DockerfilePath), BuildContext.ReadIgnoreRules(root, request.DockerfilePath))).ConfigureAwait(false);

        // (2) tree, (3) instructions, (4) graph. Base images are leased from here on.
        using Lease lease = store.Leases.Acquire("build");
        ParsedDockerfile parsed = InstructionParser.Parse(SyntaxParser.Parse(source));
        BuildGraph graph = GraphBuilder.Build(parsed, Options(request), images);
        reporter.Begin(graph);

        // (5) results, from the cache or by doing the steps.
        using var directory = new BuildDirectory(store.Paths.Tmp);
        var context = new StepContext(store, SourceTree.OfContext(root, rules), runner, directory, graph.Epoch, clock);
        var cache = new StepCache(store, clock);
        using var steps = new StepSolver(graph, context, cache, lease, reporter, stage => !request.NoCache && !request.NoCacheStages.Contains(stage));
        SolvedGraph solved = await new Solver(graph, steps, reporter).SolveAsync(ct).ConfigureAwait(false);
        cache.SaveUses();

        // (6) image and names.
        ImageRecord image = await reporter.ReportAsync("exporting to image", () => new ImageExporter(store, cache).Export(solved, request.Tags, ct)).ConfigureAwait(false);
        return new(image, graph.Warnings);
    }

    private static GraphOptions Options(BuildRequest request) => new(
        request.BuildArgs.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal),
        request.Target,
        request.Platform,
        request.Labels);
}
