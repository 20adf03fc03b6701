using Slipway.Build.Context;
using Slipway.Build.Dockerfile;
using Slipway.Build.Fetching;
using Slipway.Build.Graph;
using Slipway.Build.Provenance;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>
/// Finds what SOURCE_DATE_EPOCH means: seconds, or the time of the context, of a named one, or of what a stage brings from elsewhere. A commit's is when it
/// was made; that of what a server gives is when it was last changed, or its newest file's where it is an archive and nobody says.
/// </summary>
/// <param name="fetcher">Brings what a stage names.</param>
/// <param name="images">Finds what FROM names.</param>
/// <param name="tmp">Where what it brings lies meanwhile.</param>
internal sealed class EpochSource(IFetcher fetcher, IImageSource images, string tmp)
{
    /// <summary>The options with the time that everything is clamped to; steps that ask for the argument see its seconds.</summary>
    /// <param name="options">Without it.</param>
    /// <param name="request">Whose context it may be of.</param>
    /// <param name="file">The Dockerfile.</param>
    /// <param name="parse">Reads it anew: a stage that is only looked at for this leaves no findings.</param>
    /// <param name="checkout">The context's; its time counts where nobody says anything, before the fallback.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="SlipwayException">InvalidArgument: it means nothing, or a stage that has no such time; what a fetch says.</exception>
    public async Task<GraphOptions> SetAsync(GraphOptions options, BuildRequest request, ParsedDockerfile file, Func<ParsedDockerfile> parse, GitCheckout? checkout, CancellationToken ct)
    {
        // An ARG before the first FROM may say it too.
        string given = options.BuildArgs.GetValueOrDefault(BuildEpoch.Name) ?? GlobalScope.Default(file, options, BuildEpoch.Name) ?? "";
        if (given.Length == 0)
            return options with { Epoch = checkout?.Time ?? (request.FallbackEpoch is { Length: > 0 } text ? BuildEpoch.Read(text) ?? throw BuildEpoch.Invalid(text) : DateTimeOffset.UnixEpoch) };
        if (BuildEpoch.Read(given) is { } seconds)
            return options with { Epoch = seconds };
        DateTimeOffset? time = given == BuildEpoch.Context
            ? checkout?.Time ?? request.ContextTime?.Invoke()
            : await FindAsync(given, options, parse(), ct).ConfigureAwait(false);
        DateTimeOffset epoch = time is { } found && found > DateTimeOffset.UnixEpoch ? DateTimeOffset.FromUnixTimeSeconds(found.ToUnixTimeSeconds()) : DateTimeOffset.UnixEpoch;
        return options with { Epoch = epoch, BuildArgs = With(options, epoch.ToUnixTimeSeconds().ToString()) };
    }

    private static Dictionary<string, string> With(GraphOptions options, string seconds) => new(options.BuildArgs, StringComparer.Ordinal) { [BuildEpoch.Name] = seconds };

    private async Task<DateTimeOffset?> FindAsync(string name, GraphOptions options, ParsedDockerfile file, CancellationToken ct)
    {
        NamedContext? context = options.Contexts.FirstOrDefault(pair => pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        if (context is not null)
            return (context as DirectoryContext)?.Time?.Invoke();
        if (!file.Stages.Any(stage => name.Equals(stage.Name, StringComparison.OrdinalIgnoreCase)))
            throw BuildEpoch.Invalid(name);
        Vertex target = GraphBuilder.Build(file, options with { Target = name, BuildArgs = With(options, "") }, images).Target;
        bool isOne = target is { Operation: CopyOperation { Sources.Count: 1 }, Inputs: [{ Operation: ImageOperation { Image: null } }, ..] };
        return (isOne ? ((CopyOperation)target.Operation).Sources[0] : null) switch
        {
            UrlSource url => await TimeOfAsync(url, ct).ConfigureAwait(false),
            RepositorySource repository => await TimeOfAsync(repository.Repository, ct).ConfigureAwait(false),
            _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"{BuildEpoch.Name}={name}: that stage has no time of its own") { Hint = "it must be FROM scratch, and one ADD of a URL or of a git repository" },
        };
    }

    // What a checksum pins is the content: a header may say something else tomorrow.
    private async Task<DateTimeOffset?> TimeOfAsync(UrlSource source, CancellationToken ct)
    {
        using var place = new BuildDirectory(tmp);
        FetchedFile fetched = await fetcher.DownloadAsync(source.Url, place.Handle, "download", ct).ConfigureAwait(false);
        source.Require(fetched.Digest);
        if (source.Checksum is null && fetched.Modified is not null)
            return fetched.Modified;
        using FileStream file = place.Handle.OpenName("download"u8, OpenFlags.ReadOnly).ToStream(FileAccess.Read);
        return ArchiveTime.NewestOf(file, ct);
    }

    private async Task<DateTimeOffset?> TimeOfAsync(GitReference repository, CancellationToken ct)
    {
        using var place = new BuildDirectory(tmp);
        using DirFd directory = place.NewDirectory("checkout");
        string commit = await fetcher.ResolveAsync(repository, ct).ConfigureAwait(false);
        await fetcher.CheckOutAsync(repository.WithoutSubmodules(), commit, directory, place.Handle, ct).ConfigureAwait(false);
        return GitCheckout.Find(new FileInfo(directory.Handle.ProcPath).LinkTarget!)?.Time;
    }
}
