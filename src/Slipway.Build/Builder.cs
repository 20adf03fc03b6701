using System.Globalization;
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
using Slipway.Oci.Image;
using Slipway.Store;
using Slipway.Store.Explaining;
using Slipway.Store.Images;
using Slipway.Store.Images.Archives;
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
    public async Task<ImageRecord?> BuildAsync(BuildRequest request, IBuildProgress progress, CancellationToken ct) =>
        (await BuildAsync(request, [request?.Platform], progress, ct).ConfigureAwait(false)).Image;

    /// <summary>
    /// Builds one target for several platforms, one after another. The results are files in a directory for each, an archive with an index that leads to all
    /// images, or that index and those images in registries; the store then has this machine's.
    /// </summary>
    /// <param name="request">As for one.</param>
    /// <param name="platforms">What to build for.</param>
    /// <param name="push">Brings the images to the registry of a name, before the name is anybody's here.</param>
    /// <param name="progress">Hears of the steps.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The index's digest; null where no output has one.</returns>
    /// <exception cref="SlipwayException">As for one; NotSupported: an output that holds an image of one platform.</exception>
    public async Task<Digest?> BuildAsync(BuildRequest request, IReadOnlyList<Platform> platforms, Action<Reference, PlatformImages> push, IBuildProgress progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Outputs.Count == 0 || request.Outputs.Any(output => output is ImageOutput { Push: false }))
            throw new SlipwayException(ErrorKind.NotSupported, "an image for several platforms at once is not kept: the store has images of one") { Hint = "push it, output it as type=oci, local or tar, or build for one platform at a time" };
        if (request.Outputs.Any(output => output is ImageOutput) && NamesOf(request).Count == 0)
            throw new SlipwayException(ErrorKind.InvalidArgument, "tag is needed when pushing to registry") { Hint = "name the image with -t" };
        if (request.Outputs.Any(output => output is ArchiveOutput { Format: not ArchiveFormat.Oci }))
            throw new SlipwayException(ErrorKind.NotSupported, "docker exporter does not currently support exporting manifest lists") { Hint = "type=oci has them" };
        return (await BuildAsync(request, [.. platforms], progress, ct, push).ConfigureAwait(false)).Index;
    }

    private async Task<BuildResult> BuildAsync(BuildRequest request, Platform?[] platforms, IBuildProgress progress, CancellationToken ct, Action<Reference, PlatformImages>? push = null)
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
        var builds = new PlatformBuild[platforms.Length];
        // This machine's last: a base image's name leads to what was looked up last, and stays so.
        foreach (int i in Enumerable.Range(0, builds.Length).OrderBy(i => platforms[i] == Platform.Host))
            builds[i] = await PlanAsync(request with { Platform = platforms[i] }, source, rules, checkout, progress, ct).ConfigureAwait(false);
        // What is said of the Dockerfile is said once.
        reporter.Begin(builds[0].Graph, builds[0].Outline);
        if (builds[0].Graph.Linter is { IsFatal: true } linter)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"the checks found something, and the Dockerfile makes that an error: {string.Join(", ", linter.Findings.Select(finding => finding.Rule).Distinct())}");

        // (5) results, from the cache or by doing the steps.
        using var directory = new BuildDirectory(store.Paths.Tmp);
        StatCache Remember(DirFd directory) => StatCache.Open(Path.Join(store.Paths.BuildCache, "stats"), directory.Status(), request.ContextFiles is null ? clock.GetUtcNow() : DateTimeOffset.MaxValue);
        using var copies = new ContextCopies(directory);
        using var contexts = new ContextTrees(root, rules, request.Contexts, Remember, (name, own) => Bring(request.ContextFiles, name, own, [.. builds.Select(build => build.Graph)], reporter, ct), name => request.ContextFiles?.BringRules(name, ct));
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
            Epoch = builds[0].Options.Epoch,
            Secrets = new(request.Secrets, request.SshAgents, request.Lender),
            Clock = clock,
            IsTrial = request.IsTrial,
        };
        List<(PlatformBuild Build, SolvedGraph Solved)> all = [];
        bool hasMade = false;
        foreach (PlatformBuild build in builds)
        {
            reporter.Follow(build.Graph, builds.Length > 1 ? build.Platform : null);
            using var steps = new StepSolver(build.Graph, context with { Epoch = build.Options.Epoch }, cache, lease, reporter,
                stage => !request.NoCache && !request.IsTrial && !request.NoCacheStages.Contains(stage, StringComparer.OrdinalIgnoreCase), request.ExplainsMisses);
            all.Add((build, await new Solver(build.Graph, steps, reporter).SolveAsync(ct).ConfigureAwait(false)));
            hasMade |= steps.HasMade;
        }
        cache.SaveUses();
        new BuildCache(store, clock).EnforceLimits(ct);

        // (6) files, image and names.
        OutputRoot[] roots = [.. all.Select(one => new OutputRoot(builds.Length > 1 ? one.Build.Folder : "", () => context.OpenRoot(one.Solved.Results[one.Solved.Graph.Target])))];
        foreach (BuildOutput output in request.Outputs.Where(output => output is LocalOutput or TarOutput))
            await reporter.ReportAsync("exporting files", () => ExportFiles(output, roots, ct)).ConfigureAwait(false);
        bool isKept = request.Outputs.Count == 0 || request.Outputs.Any(output => output is ImageOutput);
        if (!isKept && !request.Outputs.Any(output => output is ArchiveOutput))
            return new(null, null);
        var exporter = new ImageExporter(store, cache);
        if (builds.Length > 1)
            return new(null, await reporter.ReportAsync("exporting to oci image format", () => ExportAll(request, all, exporter, push!, checkout, lease, ct)).ConfigureAwait(false));
        SolvedGraph solved = all[0].Solved;
        IReadOnlyDictionary<string, string> annotations = ImageAnnotations.Of(request.Annotations, checkout, solved.Graph.Base);
        if (isKept && hasMade && Waste(solved, ct) is { IsWorthALine: true } waste)
            progress.Wasted(waste);
        return new(await reporter.ReportAsync("exporting to image", () =>
        {
            (ImageRecord image, bool wasThere) = isKept ? exporter.Export(solved, annotations, NamesOf(request), ct) : (exporter.Compose(solved, annotations, lease, ct), false);
            if (wasThere)
                reporter.ImageWasThere();
            foreach (ArchiveOutput archive in request.Outputs.OfType<ArchiveOutput>())
                FileOutputs.Write(archive, image, request.Tags, store.Archives, ct);
            return image;
        }).ConfigureAwait(false), null);
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

    // Without a graph: before the images are known.
    private static BuildOutline OutlineOf(ParsedDockerfile parsed, BuildGraph? graph, int target, BuildRequest request)
    {
        var all = new List<OutlinedInstruction>(parsed.GlobalArguments.Select(Outlined));
        var asked = new HashSet<string>(parsed.GlobalArguments.SelectMany(NamesOf));
        foreach (Stage stage in parsed.Stages.Take(target + 1))
        {
            all.Add(Outlined(stage.From) with { Triggers = graph?.Triggers.GetValueOrDefault(stage.Index) ?? 0, Image = graph?.Images.GetValueOrDefault(stage.Index) });
            all.AddRange(stage.Body.Select(Outlined));
            asked.UnionWith(stage.Body.OfType<ArgInstruction>().SelectMany(NamesOf));
        }
        return new(all, [.. request.BuildArgs.Keys.Where(name => !asked.Contains(name) && !PredefinedArguments.IsProxy(name)).Order(StringComparer.Ordinal)]);
    }

    // Null for one that isn't there, which is said later.
    private static Stage? TargetOf(ParsedDockerfile parsed, string? name) => string.IsNullOrEmpty(name)
        ? parsed.Stages is [.., var last] ? last : null
        : parsed.Stages.LastOrDefault(stage => name.Equals(stage.Name, StringComparison.OrdinalIgnoreCase)) ?? (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? parsed.Stages.ElementAtOrDefault(index) : null);

    private static OutlinedInstruction Outlined(Instruction instruction) => new(instruction.Lines, instruction.Node.Keyword, instruction.Node.Text);

    private static IEnumerable<string> NamesOf(ArgInstruction arg) => arg.Arguments.Select(argument => argument.Name);

    private static ParsedDockerfile Parse(DockerfileSource source, BuildRequest request)
    {
        LintSettings? check = request.BuildArgs.GetValueOrDefault(PredefinedArguments.Check) is { Length: > 0 } text ? BuildOptions.ReadCheck(text) : null;
        return InstructionParser.Parse(SyntaxParser.Parse(source, check));
    }

    private async Task<PlatformBuild> PlanAsync(BuildRequest request, DockerfileSource source, PathPatterns rules, GitCheckout? checkout, IBuildProgress progress, CancellationToken ct)
    {
        ParsedDockerfile parsed = Parse(source, request);
        GraphOptions options = await new EpochSource(fetcher, images, store.Paths.Tmp).SetAsync(BuildOptions.Of(request, rules), request, parsed, () => Parse(source, request), checkout, ct).ConfigureAwait(false);
        if (TargetOf(parsed, request.Target) is { } target)
            progress.Read(OutlineOf(parsed, null, target.Index, request));
        BuildGraph graph = GraphBuilder.Build(parsed, options, images);
        return request.RefusesNothing && graph.IsNothing && request.Labels.Count == 0
            ? throw new SlipwayException(ErrorKind.InvalidArgument, "No image was generated. Is your Dockerfile empty?")
            : new(options, graph, OutlineOf(parsed, graph, graph.Stage.Index, request));
    }

    private static void Bring(IContextFiles? files, string context, PathPatterns rules, IReadOnlyList<BuildGraph> graphs, StepReporter reporter, CancellationToken ct)
    {
        if (files is null)
            return;
        reporter.ReportAsync(context.Length == 0 ? "[internal] load build context" : $"[context {context}] load from client", number =>
        {
            files.Bring(context, ContextNeeds.Of(graphs, context), rules.Texts, (what, bytes, isDone) => reporter.Transferred(number, what, bytes, isDone), ct);
            return true;
        }).GetAwaiter().GetResult();
    }

    private static bool ExportFiles(BuildOutput output, IReadOnlyList<OutputRoot> roots, CancellationToken ct)
    {
        FileOutputs.Write(output, roots, ct);
        return true;
    }

    private Digest ExportAll(
        BuildRequest request, IReadOnlyList<(PlatformBuild Build, SolvedGraph Solved)> all, ImageExporter exporter, Action<Reference, PlatformImages> push, GitCheckout? checkout, Lease lease, CancellationToken ct)
    {
        IReadOnlyDictionary<string, string> Annotations(PlatformBuild build) => ImageAnnotations.Of(AnnotationsFor(request, build.Platform), checkout, build.Graph.Base);
        PlatformImages images = store.Archives.Unite([.. all.Select(one => exporter.Compose(one.Solved, Annotations(one.Build), lease, ct))], request.IndexAnnotations);
        foreach (ArchiveOutput archive in request.Outputs.OfType<ArchiveOutput>())
            FileOutputs.Write(archive, images, request.Tags, store.Archives, ct);
        if (!request.Outputs.Any(output => output is ImageOutput))
            return images.Id;
        IReadOnlyList<Reference> names = NamesOf(request);
        foreach (Reference name in names)
            push(name, images);
        // As it would be here after a pull.
        foreach ((PlatformBuild build, SolvedGraph solved) in all.Where(one => one.Build.Platform == Platform.Host))
        {
            ImageRecord own = exporter.Export(solved, Annotations(build), names, ct).Image;
            foreach (Reference name in names)
                store.Images.AddDigest(own.Id, name.Repository, images.Id);
        }
        return images.Id;
    }

    private static Dictionary<string, string> AnnotationsFor(BuildRequest request, Platform platform)
    {
        var all = new Dictionary<string, string>(request.Annotations, StringComparer.Ordinal);
        foreach ((string key, string value) in request.PlatformAnnotations?.Invoke(platform) ?? new Dictionary<string, string>())
            all[key] = value;
        return all;
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
