using Slipway.Build.Fetching;
using Slipway.Linux.Files;

namespace Slipway.Engine.Builds.Fetching;

/// <summary>What builds bring from the network: files by HTTP, repositories by git.</summary>
/// <param name="sshAgent">Socket of the agent that git may ask; null for none.</param>
/// <param name="clock">For time limits.</param>
internal sealed class Fetcher(string? sshAgent, TimeProvider clock) : IFetcher, IDisposable
{
    private readonly Lazy<FileDownloader> _files = new(() => new FileDownloader(clock));
    private readonly GitClient _git = new(sshAgent);

    public Task<FetchedFile> DownloadAsync(Uri url, DirFd directory, string name, CancellationToken ct) => _files.Value.DownloadAsync(url, directory, name, ct);

    public Task<string> ResolveAsync(GitReference repository, CancellationToken ct) => Task.Run(() => _git.Resolve(repository, ct), ct);

    public Task CheckOutAsync(GitReference repository, string commit, DirFd directory, DirFd? aside, CancellationToken ct) =>
        Task.Run(() => _git.CheckOut(repository, commit, directory, aside, ct), ct);

    public void Dispose()
    {
        if (_files.IsValueCreated)
            _files.Value.Dispose();
    }
}
