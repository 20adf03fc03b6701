using Slipway.Build;
using Slipway.Build.Cache;
using Slipway.Build.Describing;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Solving;
using Slipway.Engine.Builds.Contexts;
using Slipway.Engine.Builds.Fetching;
using Slipway.Engine.Images;
using Slipway.Linux.Files;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Engine.Builds;

/// <summary>Builds of images from Dockerfiles, on this store and with this runtime.</summary>
public sealed class BuildManager
{
    private readonly EngineContext _context;
    private readonly ImageManager _images;

    internal BuildManager(EngineContext context, ImageManager images)
    {
        _context = context;
        _images = images;
    }

    /// <summary>Builds; the result is where the request's outputs say when the task completes.</summary>
    /// <returns>The image; null where no output takes one.</returns>
    /// <exception cref="Slipway.Build.Dockerfile.DockerfileException">The Dockerfile is wrong, or one of its steps failed: with the lines.</exception>
    public async Task<ImageRecord?> BuildAsync(BuildRequest request, IBuildProgress progress, BuildPull pull, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var fetcher = new Fetcher(request.SshAgents.GetValueOrDefault("default"), _context.Options.Clock);
        var bases = new BaseImageSource(_context, _images, pull, cancel);
        using var runner = new StepRunner(_context);
        ImageRecord? image = await NewBuilder(fetcher, bases, runner).BuildAsync(request, progress, cancel).ConfigureAwait(false);
        _context.Store.Images.Use(bases.Used);
        foreach (Reference name in request.Tags.Where(name => image?.Names.Contains(name) == true))
            _context.Events.Image(image!, "tag", name.Familiar);
        await ImageOutputs.PushAsync(request, _images, pull, cancel).ConfigureAwait(false);
        return image;
    }

    /// <summary>Builds one target for several platforms: files, an archive with an index, or images and index in registries.</summary>
    /// <returns>The index's digest; null where no output has one.</returns>
    /// <exception cref="SlipwayException">As for one; NotSupported: an output that holds an image of one platform.</exception>
    public async Task<Digest?> BuildAsync(BuildRequest request, IReadOnlyList<Platform> platforms, IBuildProgress progress, BuildPull pull, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var fetcher = new Fetcher(request.SshAgents.GetValueOrDefault("default"), _context.Options.Clock);
        var bases = new BaseImageSource(_context, _images, pull, cancel);
        using var runner = new StepRunner(_context);
        void Push(Reference name, PlatformImages all) => _images.PushAsync(name, all, pull.Push, cancel, pull.Credentials).GetAwaiter().GetResult();
        Digest? index = await NewBuilder(fetcher, bases, runner).BuildAsync(request, platforms, Push, progress, cancel).ConfigureAwait(false);
        _context.Store.Images.Use(bases.Used);
        return index;
    }

    /// <summary>Builds once more, cold and under other conditions, and compares.</summary>
    /// <param name="request">As it was built.</param>
    /// <param name="image">What came of it.</param>
    /// <param name="progress">Hears of the second build.</param>
    /// <param name="pull">As for the first.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Where the second image parts from the first; null where it is the same.</returns>
    public async Task<BuildDifference?> VerifyAsync(BuildRequest request, ImageRecord image, IBuildProgress progress, BuildPull pull, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(image);
        const uint StrictMask = 0b000_111_111;
        uint mask = ProcessConditions.SetUmask(StrictMask);
        try
        {
            // Most clocks in files count seconds: the second build must see another one.
            await Task.Delay(TimeSpan.FromSeconds(1.1), _context.Options.Clock, cancel).ConfigureAwait(false);
            ImageRecord? second = await BuildAsync(request with { IsTrial = true, Tags = [], Outputs = [] }, progress, pull with { Always = false }, cancel).ConfigureAwait(false);
            BuildDifference? difference = new BuildVerifier(_context.Store.Layers, cancel).Compare(image, second!);
            if (difference is not null && second!.Names.Count == 0)
                _context.Store.Images.Delete(second.Id);
            return difference;
        }
        finally
        {
            ProcessConditions.SetUmask(mask);
        }
    }

    /// <inheritdoc cref="StepShell.Enter"/>
    public int Enter(EnterRequest request, Action<string> note)
    {
        using var runner = new StepRunner(_context);
        return new StepShell(_context.Store, runner, _context.Options.Clock).Enter(request, note);
    }

    /// <summary>What builds keep for the next ones.</summary>
    public BuildCache Cache => new(_context.Store, _context.Options.Clock);

    /// <summary>Gives up what builds keep, by rules.</summary>
    public CachePruned Prune(CachePruneRules rules, CancellationToken cancel)
    {
        CachePruned pruned = Cache.Prune(rules, cancel);
        _context.Events.Pruned("builder", pruned.FreedBytes);
        return pruned;
    }

    /// <summary>Brings the context of a build: see <see cref="ContextLoader"/>. Kept from a sweep by nothing but its own lock.</summary>
    /// <param name="context">A directory, <c>-</c> for what is handed over, or a URL of git or HTTP.</param>
    /// <param name="request">Its Dockerfile may be <c>-</c> too; its agents are lent to git.</param>
    /// <param name="input">What is handed over: standard input, a request's body.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The request with it, and what is to be disposed after the build.</returns>
    public async Task<(BuildRequest Request, PreparedContext Context)> PrepareAsync(string context, BuildRequest request, Stream input, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var fetcher = new Fetcher(request.SshAgents.GetValueOrDefault("default"), _context.Options.Clock);
        var loader = new ContextLoader(_context.Store.Paths.Tmp, fetcher);
        var contexts = new Dictionary<string, NamedContext>(request.Contexts);
        List<PreparedContext> others = [];
        try
        {
            foreach ((string name, NamedContext other) in request.Contexts)
            {
                if (other is not RemoteContext remote)
                    continue;
                others.Add(await loader.LoadNamedAsync(name, remote.Url, cancel).ConfigureAwait(false));
                contexts[name] = new DirectoryContext(others[^1].Directory) { Time = others[^1].Time };
            }
            PreparedContext prepared = await loader.LoadAsync(context, request.DockerfilePath, input, cancel).ConfigureAwait(false);
            prepared.Others = others;
            request = request with
            {
                ContextDirectory = prepared.Directory,
                DockerfilePath = prepared.DockerfilePath,
                IsContextBrought = prepared.IsBrought,
                IsCheckout = prepared.IsCheckout,
                ContextTime = prepared.Time,
                Contexts = contexts,
            };
            return (request, prepared);
        }
        catch
        {
            others.ForEach(other => other.Dispose());
            throw;
        }
    }

    /// <summary>The copy of a client's context, for one build: see <see cref="KeptContexts"/>.</summary>
    /// <param name="identity">What tells it from others; empty where nothing does.</param>
    public KeptContext OpenContext(string identity) => Cache.Contexts.Open(identity, _context.Options.Clock.GetUtcNow());

    /// <summary>Brings a git repository, a directory of it, or a server's archive, as for a build's context, without building.</summary>
    /// <exception cref="Slipway.Oci.SlipwayException">InvalidArgument: it is none of these; or what a fetch says.</exception>
    public async Task<PreparedContext> FetchAsync(string url, CancellationToken cancel)
    {
        using var fetcher = new Fetcher(null, _context.Options.Clock);
        return await new ContextLoader(_context.Store.Paths.Tmp, fetcher).LoadNamedAsync(url, url, cancel).ConfigureAwait(false);
    }

    /// <summary>Brings a server's file into a directory.</summary>
    /// <returns>Its digest.</returns>
    /// <exception cref="Slipway.Oci.SlipwayException">What the server says, or where it couldn't be reached; Exhausted: too large.</exception>
    public async Task<Digest> DownloadAsync(Uri url, DirFd directory, string name, CancellationToken cancel)
    {
        using var fetcher = new Fetcher(null, _context.Options.Clock);
        return (await fetcher.DownloadAsync(url, directory, name, cancel).ConfigureAwait(false)).Digest;
    }

    /// <summary>An address as it may be shown: without the password that may be in it.</summary>
    public static string Shown(string url) => GitProgram.WithoutPassword(url);

    /// <summary>A directory for what is brought for one build, or taken away from it; gone when disposed.</summary>
    public LockedDirectory NewStage() => LockedDirectory.Create(_context.Store.Paths.Tmp, "stage-");

    /// <summary>Checks a Dockerfile and builds nothing.</summary>
    /// <exception cref="Slipway.Oci.SlipwayException">There is no Dockerfile to check. What is wrong in it is in the result.</exception>
    public BuildCheck Check(BuildRequest request, BuildPull pull, CancellationToken cancel)
    {
        using var fetcher = new Fetcher(null, _context.Options.Clock);
        using var runner = new StepRunner(_context);
        return NewBuilder(fetcher, new BaseImageSource(_context, _images, pull, cancel), runner).Check(request, cancel);
    }

    /// <inheritdoc cref="Builder.Describe"/>
    public static DockerfileDescription Describe(BuildRequest request, CancellationToken cancel) => Builder.Describe(request, cancel);

    private Builder NewBuilder(Fetcher fetcher, BaseImageSource bases, StepRunner runner) =>
        new(_context.Store, bases, runner, fetcher, _context.Options.Clock);
}
