using System.Security.Cryptography;
using System.Text;
using Slipway.Build.Fetching;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Tests.Solving;

/// <summary>A test double of <see cref="IFetcher"/>: what it serves is set by the test; how often it was asked is counted. The real one is tested on real servers.</summary>
internal sealed class FakeFetcher : IFetcher
{
    public Dictionary<string, (byte[] Content, DateTimeOffset? Modified)> Files { get; } = [];

    /// <summary>Commit of every reference, and its only file.</summary>
    public string Commit { get; set; } = new('a', 40);

    public int Downloads { get; private set; }

    public int CheckOuts { get; private set; }

    public Task<FetchedFile> DownloadAsync(Uri url, DirFd directory, string name, CancellationToken ct)
    {
        Downloads++;
        (byte[] content, DateTimeOffset? modified) = Files[url.ToString()];
        using SafeFd file = directory.CreateFile(Encoding.UTF8.GetBytes(name), 0b110_000_000);
        file.WriteAt(content, 0);
        return Task.FromResult(new FetchedFile(Digest.FromHash(SHA256.HashData(content)), modified));
    }

    public Task<string> ResolveAsync(GitReference repository, CancellationToken ct) => Task.FromResult(Commit);

    public Task CheckOutAsync(GitReference repository, string commit, DirFd directory, DirFd? aside, CancellationToken ct)
    {
        CheckOuts++;
        directory.MakeDirectory("sub"u8, 0b111_101_101);
        using DirFd sub = directory.OpenDirectory("sub"u8);
        using SafeFd file = sub.CreateFile("file"u8, 0b110_100_100);
        file.WriteAt(Encoding.ASCII.GetBytes(commit[..3]), 0);
        return Task.CompletedTask;
    }
}
