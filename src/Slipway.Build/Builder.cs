using System.Text;
using Slipway.Build.Cache;
using Slipway.Build.Context;
using Slipway.Build.Describing;
using Slipway.Build.Dockerfile;
using Slipway.Build.Export;
using Slipway.Build.Fetching;
using Slipway.Build.Graph;
using Slipway.Build.Lint;
using Slipway.Build.Progress;
using Slipway.Build.Provenance;
using Slipway.Build.Solving;
using Slipway.Build.Solving.Mounts;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store;
using Slipway.Store.Explaining;
using Slipway.Store.Images;
using Slipway.Store.Leases;

namespace Slipway.Build;

/// <summary>
/// Builds images from Dockerfiles. The same Dockerfile, context, base images and arguments give the same image, digest for digest, on any day.
/// </summary>
/// <param name="store">Takes layers and images.</param>
/// <param name="images">Finds what FROM names.</param>
/// <param name="runner">Runs RUN.</param>
/// <param name="fetcher">Brings what ADD names.</param>
/// <param name="clock">Measures how long steps take; its time of day never gets into an image.</param>
public sealed class Builder(ImageStorage store, IImageSource images, IStepRunner runner, IFetcher fetcher, TimeProvider clock)
{
    /// <summary>Builds one target.</summary>
    /// <returns>The image, named as asked; null where no output takes one.</returns>
    /// <exception cref="DockerfileException">A line of the Dockerfile is to blame: it has the lines, and an excerpt that shows them.</exception>
    /// <exception cref="SlipwayException">NotFound: no context, Dockerfile or target; InvalidArgument: a wrong argument.</exception>
    public async Task<ImageRecord?> BuildAsync(BuildRequest request, IBuildProgress progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(progress);
        var reporter = new StepReporter(progress, clock);

        // (1) text: the Dockerfile and the ignore rules, from the context; and what its checkout says of it.
        using DirFd root = BuildContext.Open(request.ContextDirectory);
        (DockerfileSource source, PathPatterns rules) = await reporter.ReportAsync($"[internal] load build definition from {Path.GetFileName(request.DockerfilePath) ?? "Dockerfile"}", number =>
        {
            request.ContextFiles?.BringDefinition((what, bytes, isDone) => reporter.Transferred(number, what, bytes, isDone), ct);
            DockerfileSource text = BuildContext.ReadDockerfile(root, request.DockerfilePath, request.IsContextBrought);
            if (DirectiveReader.FindSyntax(text) is { } syntax)
                reporter.Output(number, 1, Encoding.UTF8.GetBytes($"syntax {Linux.Printable.Escape(syntax)}: the language is read here as a whole, and no front end is fetched\n"));
            return (text, BuildContext.ReadIgnoreRules(root, request.DockerfilePath, request.IsContextBrought));
        }).ConfigureAwait(false);
        GitCheckout? checkout = request.IsCheckout ? GitCheckout.Find(request.ContextDirectory) : null;

        // (2) tree, (3) instructions, (4) graph. Base images are leased from here on.
        using Lease lease = store.Leases.Acquire("build");
        ParsedDockerfile parsed = Parse(source, request);
        GraphOptions options = await new EpochSource(fetcher, images, store.Paths.Tmp).SetAsync(BuildOptions.Of(request, rules), request, parsed, () => Parse(source, request), checkout, ct).ConfigureAwait(false);
        BuildGraph graph = GraphBuilder.Build(parsed, options, images);
        if (request.RefusesNothing && graph.IsNothing && request.Labels.Count == 0)
            throw new SlipwayException(ErrorKind.InvalidArgument, "No image was generated. Is your Dockerfile empty?");
        reporter.Begin(graph, OutlineOf(parsed, graph, request));
        if (graph.Linter.IsFatal)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"the checks found something, and the Dockerfile makes that an error: {string.Join(", ", graph.Linter.Findings.Select(finding => finding.Rule).Distinct())}");

        // (5) results, from the cache or by doing the steps.
        using var directory = new BuildDirectory(store.Paths.Tmp);
        StatCache Remember(DirFd directory) => StatCache.Open(Path.Join(store.Paths.BuildCache, "stats"), directory.Status(), request.ContextFiles is null ? clock.GetUtcNow() : DateTimeOffset.MaxValue);
        using var copies = new ContextCopies(directory);
        using var contexts = new ContextTrees(root, rules, request.Contexts, Remember, (name, own) => Bring(request.ContextFiles, name, own, graph, reporter, ct), name => request.ContextFiles?.BringRules(name, ct));
        var cache = new StepCache(store, clock);
        var context = new StepContext
        {
            Store = store,
            Contexts = contexts,
            Runner = runner,
            Fetcher = fetcher,
            Directory = directory,
            Copies = copies,
            Lease = lease,
            Cache = cache,
            Epoch = options.Epoch,
            Secrets = new(request.Secrets, request.SshAgents, request.Lender),
            Clock = clock,
            IsTrial = request.IsTrial,
        };
        using var steps = new StepSolver(graph, context, cache, lease, reporter, stage => !request.NoCache && !request.IsTrial && !request.NoCacheStages.Contains(stage, StringComparer.OrdinalIgnoreCase),
            request.ExplainsMisses);
        SolvedGraph solved = await new Solver(graph, steps, reporter).SolveAsync(ct).ConfigureAwait(false);
        cache.SaveUses();
        new BuildCache(store, clock).EnforceLimits(ct);

        // (6) files, image and names.
        foreach (BuildOutput output in request.Outputs.Where(output => output is LocalOutput or TarOutput))
            await reporter.ReportAsync("exporting files", () => ExportFiles(output, solved, context, ct)).ConfigureAwait(false);
        bool isKept = request.Outputs.Count == 0 || request.Outputs.Any(output => output is ImageOutput);
        if (!isKept && !request.Outputs.Any(output => output is ArchiveOutput))
            return null;
        IReadOnlyDictionary<string, string> annotations = ImageAnnotations.Of(request.Annotations, checkout, graph.Base);
        var exporter = new ImageExporter(store, cache);
        if (isKept && steps.HasMade && Waste(solved, ct) is { IsWorthALine: true } waste)
            progress.Wasted(waste);
        return await reporter.ReportAsync("exporting to image", () =>
        {
            (ImageRecord image, bool wasThere) = isKept ? exporter.Export(solved, annotations, NamesOf(request), ct) : (exporter.Compose(solved, annotations, lease, ct), false);
            if (wasThere)
                reporter.ImageWasThere();
            foreach (ArchiveOutput archive in request.Outputs.OfType<ArchiveOutput>())
                FileOutputs.Write(archive, image, request.Tags, store.Archives, ct);
            return image;
        }).ConfigureAwait(false);
    }

    /// <summary>Checks a Dockerfile, all stages of it unless there is a target, and builds nothing.</summary>
    /// <returns>What the checks found, and what is wrong with it, or null.</returns>
    public BuildCheck Check(BuildRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        (DockerfileSource source, PathPatterns rules) = Read(request, ct);
        using Lease lease = store.Leases.Acquire("build");
        ParsedDockerfile? parsed = null;
        try
        {
            parsed = Parse(source, request);
            GraphBuilder.Build(parsed, BuildOptions.Of(request, rules) with { AllStages = request.Target is null }, images);
            return new(source, parsed.Linter.Findings, null);
        }
        catch (DockerfileException e)
        {
            return new(source, parsed?.Linter.Findings ?? [], e);
        }
    }

    /// <summary>Tells what a Dockerfile offers: its targets, and what the one that is asked for takes. Builds nothing, and looks at no image.</summary>
    /// <exception cref="DockerfileException">It is wrong.</exception>
    /// <exception cref="SlipwayException">NotFound: no Dockerfile, or no such target.</exception>
    public static DockerfileDescription Describe(BuildRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        (DockerfileSource source, PathPatterns rules) = Read(request, ct);
        return DockerfileDescriber.Describe(Parse(source, request), BuildOptions.Of(request, rules));
    }

    private static (DockerfileSource Source, PathPatterns Rules) Read(BuildRequest request, CancellationToken ct)
    {
        using DirFd root = BuildContext.Open(request.ContextDirectory);
        request.ContextFiles?.BringDefinition((_, _, _) => { }, ct);
        return (BuildContext.ReadDockerfile(root, request.DockerfilePath, request.IsContextBrought), BuildContext.ReadIgnoreRules(root, request.DockerfilePath, request.IsContextBrought));
    }

    private static BuildOutline OutlineOf(ParsedDockerfile parsed, BuildGraph graph, BuildRequest request)
    {
        var all = new List<OutlinedInstruction>(parsed.GlobalArguments.Select(Outlined));
        var asked = new HashSet<string>(parsed.GlobalArguments.SelectMany(NamesOf));
        foreach (Stage stage in parsed.Stages.Take(graph.Stage.Index + 1))
        {
            all.Add(Outlined(stage.From) with { Triggers = graph.Triggers.GetValueOrDefault(stage.Index) });
            all.AddRange(stage.Body.Select(Outlined));
            asked.UnionWith(stage.Body.OfType<ArgInstruction>().SelectMany(NamesOf));
        }
        return new(all, [.. request.BuildArgs.Keys.Where(name => !asked.Contains(name) && !PredefinedArguments.IsProxy(name)).Order(StringComparer.Ordinal)]);
    }

    private static OutlinedInstruction Outlined(Instruction instruction) => new(instruction.Lines, instruction.Node.Keyword, instruction.Node.Text);

    private static IEnumerable<string> NamesOf(ArgInstruction arg) => arg.Arguments.Select(argument => argument.Name);

    private static ParsedDockerfile Parse(DockerfileSource source, BuildRequest request)
    {
        LintSettings? check = request.BuildArgs.GetValueOrDefault(PredefinedArguments.Check) is { Length: > 0 } text ? BuildOptions.ReadCheck(text) : null;
        return InstructionParser.Parse(SyntaxParser.Parse(source, check));
    }

    private static void Bring(IContextFiles? files, string context, PathPatterns rules, BuildGraph graph, StepReporter reporter, CancellationToken ct)
    {
        if (files is null)
            return;
        reporter.ReportAsync(context.Length == 0 ? "[internal] load build context" : $"[context {context}] load from client", number =>
        {
            files.Bring(context, ContextNeeds.Of(graph, context), rules.Texts, (what, bytes, isDone) => reporter.Transferred(number, what, bytes, isDone), ct);
            return true;
        }).GetAwaiter().GetResult();
    }

    private static bool ExportFiles(BuildOutput output, SolvedGraph solved, StepContext context, CancellationToken ct)
    {
        FileOutputs.Write(output, () => context.OpenRoot(solved.Results[solved.Graph.Target]), ct);
        return true;
    }

    private LayerWaste? Waste(SolvedGraph solved, CancellationToken ct)
    {
        Vertex first = solved.Graph.Target;
        while (first.Inputs.Count > 0)
            first = first.Inputs[0];
        return WasteFinder.Find(store.Layers, [.. solved.Results[solved.Graph.Target].Layers.Select(layer => layer.ChainId)], solved.Results[first].Layers.Count, ct);
    }

    // Names for archives are in the archive alone.
    private static IReadOnlyList<Reference> NamesOf(BuildRequest request) => [.. request.Tags, .. request.Outputs.OfType<ImageOutput>().SelectMany(output => output.Names)];
}
