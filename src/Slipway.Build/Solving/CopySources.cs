using System.Text;
using Slipway.Build.Context;
using Slipway.Build.Graph;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>
/// Finds what the sources of one COPY or ADD mean. What names say is looked up once: the scan of files, the content of URLs, the commits of
/// repositories. What comes from elsewhere lies in directories of this step's own.
/// </summary>
/// <param name="operation">The COPY.</param>
/// <param name="files">The tree that paths are in; opened when the first is looked for.</param>
/// <param name="context">The build's.</param>
internal sealed class CopySources(CopyOperation operation, Lazy<SourceTree> files, StepContext context) : IDisposable
{
    private const uint DocumentMode = 0b110_100_100;
    private readonly Dictionary<CopySource, IReadOnlyList<CopyItem>> _found = [];
    private readonly Dictionary<CopySource, string> _commits = [];
    private readonly List<SourceTree> _trees = [];

    /// <summary>What tells the content of a source: without fetching it where its name says it.</summary>
    public async Task<IReadOnlyList<string>> IdentifyAsync(CopySource source, CancellationToken ct) => source switch
    {
        DocumentSource => [],
        UrlSource { Checksum: { } checksum } => [checksum.ToString()],
        RepositorySource repository => [await CommitAsync(repository, ct).ConfigureAwait(false)],
        _ => [.. (await FindAsync(source, ct).ConfigureAwait(false)).Select(Identify)],
    };

    /// <summary>What the source brings.</summary>
    public async Task<IReadOnlyList<CopyItem>> FindAsync(CopySource source, CancellationToken ct)
    {
        if (_found.TryGetValue(source, out IReadOnlyList<CopyItem>? known))
            return known;
        return _found[source] = source switch
        {
            PathSource path => Scan(path, ct),
            DocumentSource document => [Write(document, ct)],
            UrlSource url => [await DownloadAsync(url, ct).ConfigureAwait(false)],
            RepositorySource repository => [await CheckOutAsync(repository, ct).ConfigureAwait(false)],
            _ => throw new InvalidOperationException($"nobody finds {source.GetType().Name}"),
        };
    }

    /// <summary>What was found so far.</summary>
    public IEnumerable<CopyItem> Found => _found.Values.SelectMany(items => items);

    public void Dispose() => _trees.ForEach(tree => tree.Dispose());

    private string Identify(CopyItem item) =>
        $"{(item.Source.IsDirectory ? "" : Convert.ToHexString(FileNames.Encode(item.Source.Name)))} {SourceDigest.Of(item.Source, item.Tree.HasOwners, item.Tree.HasTimes ? FileTime.From(context.Epoch) : null)}";

    // A wildcard passes over what is ignored, and may match nothing.
    private IReadOnlyList<CopyItem> Scan(PathSource source, CancellationToken ct)
    {
        var scanner = new SourceScanner(files.Value, ct);
        SourceFilter filter = SourceFilter.Of(source.Include, operation.Excludes);
        (IReadOnlyList<string> paths, bool hasWildcard) = SourceSelector.Select(files.Value, source.Path);
        IReadOnlyList<SelectedSource> selected = hasWildcard ? [.. paths.Select(path => scanner.TryScan(path, filter)).OfType<SelectedSource>()] : [scanner.Scan(paths[0], filter)];
        if (source.Include is { } include && !hasWildcard && GlobPattern.Parse(include, doubleStar: true).Literal is not null && selected[0].Entries.Count == 1)
            throw files.Value.NotFound(SourceSelector.Join(paths[0], include));
        return [.. selected.Select(found => new CopyItem(files.Value, found, source.Unpack))];
    }

    private CopyItem Write(DocumentSource document, CancellationToken ct)
    {
        byte[] name = FileName(document.Name);
        (SourceTree tree, DirFd directory) = NewTree(document.Name, hasTimes: false);
        using (SafeFd file = directory.CreateFile(name))
            file.WriteAt(Encoding.UTF8.GetBytes(document.Content), 0);
        directory.SetMode(name, DocumentMode);
        return new(tree, new SourceScanner(tree, ct).Scan(document.Name, SourceFilter.All), Unpack: false);
    }

    private async Task<CopyItem> DownloadAsync(UrlSource source, CancellationToken ct)
    {
        string name = NameOf(source.Url);
        (SourceTree tree, DirFd directory) = NewTree(source.Url.OriginalString, hasTimes: true);
        Fetching.FetchedFile fetched = await context.Fetcher.DownloadAsync(source.Url, directory, name, ct).ConfigureAwait(false);
        source.Require(fetched.Digest);
        // What the server says, but never later than anything else in the image.
        DateTimeOffset modified = fetched.Modified is { } time && time < context.Epoch ? time : context.Epoch;
        directory.SetTime(FileNames.Encode(name), FileTime.From(modified));
        return new(tree, new SourceScanner(tree, ct).Scan(name, SourceFilter.All), source.Unpack);
    }

    private async Task<CopyItem> CheckOutAsync(RepositorySource source, CancellationToken ct)
    {
        string commit = await CommitAsync(source, ct).ConfigureAwait(false);
        (SourceTree tree, DirFd directory) = NewTree(source.Repository.Remote, hasTimes: false);
        await context.Fetcher.CheckOutAsync(source.Repository, commit, directory, null, ct).ConfigureAwait(false);
        SelectedSource all = new SourceScanner(tree, ct).Scan(source.Repository.Subdirectory ?? "", SourceFilter.Of(null, operation.Excludes));
        return all.IsDirectory
            ? new(tree, all, Unpack: false)
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"'{Printable.Escape(source.Repository.Subdirectory!)}' of the repository is no directory");
    }

    private async Task<string> CommitAsync(RepositorySource source, CancellationToken ct)
    {
        if (!_commits.TryGetValue(source, out string? commit))
            _commits[source] = commit = await context.Fetcher.ResolveAsync(source.Repository, ct).ConfigureAwait(false);
        return commit;
    }

    private (SourceTree Tree, DirFd Directory) NewTree(string name, bool hasTimes)
    {
        DirFd directory = context.Directory.NewDirectory("fetched");
        var tree = SourceTree.OfFetched(directory, name, hasTimes);
        _trees.Add(tree);
        return (tree, directory);
    }

    // The last part of the path, as a browser would save it.
    private static string NameOf(Uri url)
    {
        string name = Uri.UnescapeDataString(url.AbsolutePath.TrimEnd('/')[(url.AbsolutePath.TrimEnd('/').LastIndexOf('/') + 1)..]);
        return name.Length is > 0 and <= 255 && name is not ("." or "..") && !name.AsSpan().ContainsAny('/', '\0') ? name : "__unnamed__";
    }

    private static byte[] FileName(string name) => name is not ("." or "..") && !name.AsSpan().ContainsAny('/', '\0')
        ? FileNames.Encode(name)
        : throw new SlipwayException(ErrorKind.InvalidArgument, $"'{Printable.Escape(name)}' is no name for a file");
}
