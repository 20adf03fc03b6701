using System.Text;
using Slipway.Api.Grpc;
using Slipway.Api.Streams;
using Slipway.Build;
using Slipway.Build.Dockerfile;
using Slipway.Build.Export;
using Slipway.Build.Graph;
using Slipway.Engine;
using Slipway.Engine.Builds;
using Slipway.Engine.Builds.Contexts;
using Slipway.Engine.Images.Pulling;
using Slipway.Engine.Images.Pushing;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Api.BuildKit;

/// <summary>One build from a client's session: (1) what it asks, (2) its context, which comes when steps want it, (3) the builder, (4) what goes to the client.</summary>
internal sealed class SolveRun(SlipwayEngine engine, SolveJob job, Session session, SolveOptions options)
{
    private static readonly Dictionary<string, byte[]> s_nothing = [];

    /// <summary>The context as an archive, where the client sent it so; else null.</summary>
    public Stream? Body { get; init; }

    /// <summary>Builds: the result is where the job's outputs say. Or answers what was asked instead: that is handed back.</summary>
    /// <exception cref="GrpcException">It failed; with the lines of the Dockerfile, where those are to blame.</exception>
    public async Task<IReadOnlyDictionary<string, byte[]>> RunAsync(CancellationToken gone)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, job.Cancelled.Token, session.Ended);
        using var done = new CancellationTokenSource();
        _ = session.WatchAsync(done.Token);
        // Progress shows lines of the Dockerfile as soon as that is here.
        SessionFiles? files = null;
        var progress = new SolveProgress(job.Status, job.Name, () => files?.Dockerfile ?? [], engine.Options.Clock);
        try
        {
            return await Blocking.RunAsync(() =>
            {
                using LockedDirectory stage = engine.Builds.NewStage();
                using var own = new SessionFiles(session, options, engine.Builds, stage);
                files = own;
                if (options.Question is { } question)
                    return Answer(question, own, stage, either.Token);
                Build(own, stage, progress, either.Token);
                return s_nothing;
            }).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            GrpcException error = ErrorOf(e);
            progress.Fail(e is OperationCanceledException ? "context canceled" : error.Message);
            throw error;
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
        }
    }

    private IReadOnlyDictionary<string, byte[]> Answer(string question, SessionFiles files, LockedDirectory stage, CancellationToken ct)
    {
        if (question == "frontend.subrequests.describe")
            return FrontendAnswers.Describe();
        BuildRequest build = options.ToRequest(job.Entitlements, files.DirectoryOf) with { ContextFiles = files, DockerfilePath = files.DockerfilePath ?? options.Filename };
        (build, PreparedContext brought) = Prepare(build, files, stage, ct);
        using (brought)
        {
            return question switch
            {
                "frontend.lint" => FrontendAnswers.Lint(engine.Builds.Check(build, Network(new QuietPull(), ct), ct)),
                "frontend.targets" => FrontendAnswers.Targets(BuildManager.Describe(build, ct)),
                _ => FrontendAnswers.Outline(BuildManager.Describe(build, ct), build.Target),
            };
        }
    }

    private BuildPull Network(IPullProgress pull, CancellationToken ct) => new(options.IsPull, pull, new QuietPush()) { Credentials = new SessionCredentials(session, ct) };

    private void Build(SessionFiles files, LockedDirectory stage, SolveProgress progress, CancellationToken ct)
    {
        using var secrets = new SessionSecrets(session, stage, ct);
        BuildRequest build = options.ToRequest(job.Entitlements, files.DirectoryOf) with { Lender = secrets, ContextFiles = files, DockerfilePath = files.DockerfilePath ?? options.Filename };
        string[] places = [.. job.Outputs.Select((_, i) => Path.Join(stage.Path, $"output{i}"))];
        IReadOnlyList<Platform> platforms = options.Platforms;
        BuildOutput[] outputs = [.. job.Outputs.Zip(places, (output, place) => output.ToOutput(place, platforms.Count > 1))];
        List<string> left = [];
        build = OutputAnnotations.Set(build with { Outputs = outputs.Length > 0 ? outputs : [new CacheOnlyOutput()] }, job.Outputs, platforms, left);
        (build, PreparedContext brought) = Prepare(build, files, stage, ct);
        using (brought)
        {
            foreach (string cache in job.CacheImports.Concat(options.CacheImports).Distinct(StringComparer.Ordinal))
                progress.Tell($"importing cache manifest from {cache}", "not used: steps come from what this daemon has made itself, or are done again\n");
            foreach (string warning in options.Warnings)
                progress.Say(warning);
            foreach (string annotation in left)
                progress.Say($"{Linux.Printable.Escape(annotation)} is not set: {(platforms.Count > 1 ? "it is of none of these platforms, or of a descriptor" : "an image of one platform has a manifest, and no index")}");
            BuildPull network = Network(new SolvePull(progress, engine.Options.Clock), ct);
            // The image's id is its manifest's digest here, so this is what --iidfile is to have: the configuration's, where it was told too, would be taken instead.
            Tell(platforms.Count > 1
                ? engine.Builds.BuildAsync(build, platforms, progress, network, ct).GetAwaiter().GetResult()
                : engine.Builds.BuildAsync(build, progress, network, ct).GetAwaiter().GetResult()?.Id);
        }
        foreach ((SolveOutput output, int number) in job.Outputs.Select((output, number) => (output, number)))
        {
            if (output.IsDirectory)
                FileSender.SendDirectoryAsync(session, number, places[number], ct).GetAwaiter().GetResult();
            else if (output.IsFile)
                FileSender.SendFileAsync(session, number, places[number], job.Response, ct).GetAwaiter().GetResult();
        }
    }

    // What is not the client's directory is brought before the build, as for docker's other door.
    private (BuildRequest, PreparedContext) Prepare(BuildRequest build, SessionFiles files, LockedDirectory stage, CancellationToken ct)
    {
        build = WithLayouts(build, stage, ct);
        if (Body is not null)
            return engine.Builds.PrepareAsync("-", build, Body, ct).GetAwaiter().GetResult();
        if (options.RemoteContext is not { } remote)
        {
            (build, PreparedContext own) = engine.Builds.PrepareAsync(files.DirectoryOf(""), build, Stream.Null, ct).GetAwaiter().GetResult();
            // A directory of ours, but what is in it is the client's.
            return (build with { IsContextBrought = true, IsCheckout = false }, own);
        }
        (build, PreparedContext whole) = PrepareRemote(remote, build, ct);
        return (options.ContextDirectory is { } directory ? build with { ContextDirectory = Within(whole, directory) } : build, whole);
    }

    private (BuildRequest, PreparedContext) PrepareRemote(string remote, BuildRequest build, CancellationToken ct)
    {
        if (options.UploadPath is not { } path)
        {
            if (!remote.Contains("://", StringComparison.Ordinal) && !remote.StartsWith("git@", StringComparison.Ordinal))
                throw new SlipwayException(ErrorKind.InvalidArgument, $"build context '{Linux.Printable.Escape(remote)}' is no address of git or of a http or https server");
            return engine.Builds.PrepareAsync(remote, build, Stream.Null, ct).GetAwaiter().GetResult();
        }
        using var upload = new UploadStream(session, path, ct);
        return engine.Builds.PrepareAsync("-", build, upload, ct).GetAwaiter().GetResult();
    }

    // What was brought is its owner's: no link of it leads elsewhere.
    private string Within(PreparedContext context, string directory)
    {
        try
        {
            if (!options.HasLocalDockerfile)
                throw new SlipwayException(ErrorKind.NotSupported, "a directory of a context (contextsubdir) whose Dockerfile is not the client's is not served");
            string path = Path.GetFullPath(Path.Join("/", directory))[1..];
            using DirFd root = DirFd.Open(context.Directory);
            using DirFd? part = root.TryOpenDirectory(Encoding.UTF8.GetBytes(path), Resolve.NoLinks);
            return part is not null ? Path.Join(context.Directory, path) : throw new SlipwayException(ErrorKind.NotFound, $"'{Linux.Printable.Escape(directory)}' is no directory of the build context");
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    private BuildRequest WithLayouts(BuildRequest build, LockedDirectory stage, CancellationToken ct)
    {
        if (options.LayoutContexts.Count == 0)
            return build;
        if (options.Platforms.Count > 1)
            throw new SlipwayException(ErrorKind.NotSupported, "an OCI layout as a build context (oci-layout://) is served for one platform at a time");
        var contexts = new Dictionary<string, NamedContext>(build.Contexts);
        var layout = new SessionLayout(session, stage.Directory, ct);
        foreach ((string name, (string store, Digest image)) in options.LayoutContexts)
        {
            string directory = $"layout{contexts.Count}";
            layout.Bring(directory, store, image, build.Platform ?? Platform.Host, known => engine.Images.Find(known.ToString()) is not null);
            contexts[name] = new LayoutContext(Path.Join(stage.Path, directory), null);
        }
        return build with { Contexts = contexts };
    }

    private void Tell(Digest? image)
    {
        if (image is null)
            return;
        job.Response["containerimage.digest"] = image.ToString()!;
        string[] names = [.. job.Outputs.SelectMany(output => output.Names).Select(name => name.ToString()).Distinct()];
        if (names.Length > 0)
            job.Response["image.name"] = string.Join(',', names);
    }

    private static GrpcException ErrorOf(Exception error) => error switch
    {
        GrpcException grpc => grpc,
        DockerfileException line => new(GrpcCode.Unknown, Wire.ApiError.SentenceOf(line), SourceDetails.Of(GrpcCode.Unknown, line)),
        SlipwayException or OperationCanceledException => new(GrpcServer.CodeOf(error), Wire.ApiError.MessageOf(error)),
        IOException => new(GrpcCode.Unavailable, error.Message),
        _ => throw error,
    };
}
