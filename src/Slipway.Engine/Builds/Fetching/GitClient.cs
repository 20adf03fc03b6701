using Slipway.Build.Fetching;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Engine.Builds.Fetching;

/// <summary>Repositories by git, the program: found at a fixed place, with an environment of its own, no configuration of anybody's, and no file protocol.</summary>
internal sealed class GitClient(string? sshAgent)
{
    private readonly GitProgram _git = new(sshAgent);

    /// <summary>Which commit a reference means now.</summary>
    public string Resolve(GitReference repository, CancellationToken ct)
    {
        if (repository.FetchesByCommit)
            return repository.Checksum!;
        string commit = IsCommit(repository.Ref) ? repository.Ref! : Ask(repository, ct);
        if (repository.Checksum is { } checksum && !commit.StartsWith(checksum, StringComparison.Ordinal))
            throw new SlipwayException(ErrorKind.Conflict, $"{Show(repository)}: it is commit {commit}, and the checksum says {checksum}");
        return commit;
    }

    /// <summary>Checks a commit out into an empty directory: see <see cref="IFetcher.CheckOutAsync"/>.</summary>
    public void CheckOut(GitReference repository, string commit, DirFd directory, DirFd? aside, CancellationToken ct)
    {
        string path = new FileInfo(directory.Handle.ProcPath).LinkTarget!;
        _git.Run(path, ["init", "-q", "--template="], ct);
        _git.Run(path, ["remote", "add", "--", "origin", repository.Remote], ct);
        Fetch(repository, commit, path, ct);
        _git.Run(path, ["checkout", "-q", "--detach", commit, "--"], ct);
        bool hasModules = directory.TryStatus(".gitmodules"u8, out _);
        if (hasModules && repository.WithSubmodules)
            _git.Run(path, ["submodule", "-q", "update", "--init", "--recursive"], ct);
        if (repository.KeepsGitDirectory == true)
            return;
        if (hasModules)
            RemoveGitEntries(directory, 0);
        if (aside is not null)
            directory.Rename(".git"u8, aside, ".git"u8);
        else
            directory.RemoveTree(".git"u8, ct);
    }

    // (1) The commit alone, which most servers give; (2) the reference's history; (3) all there is.
    private void Fetch(GitReference repository, string commit, string path, CancellationToken ct)
    {
        string[][] ways =
        [
            ["fetch", "-q", "--no-tags", "--depth=1", "--", "origin", commit],
            ["fetch", "-q", "--no-tags", "--", "origin", $"+{(IsCommit(repository.Ref) ? "HEAD" : repository.Ref ?? "HEAD")}:refs/slipway/fetched"],
            ["fetch", "-q", "--tags", "--", "origin", "+refs/heads/*:refs/remotes/origin/*"],
        ];
        for (int i = 0; i < ways.Length; i++)
        {
            try
            {
                _git.Run(path, ways[i], ct);
            }
            catch (SlipwayException) when (i + 1 < ways.Length)
            {
                continue;
            }
            if (HasCommit(path, commit, ct))
                return;
        }
        throw new SlipwayException(ErrorKind.NotFound, $"{Show(repository)}: the repository has no commit {commit}");
    }

    private bool HasCommit(string path, string commit, CancellationToken ct)
    {
        try
        {
            _git.Run(path, ["cat-file", "-e", commit + "^{commit}"], ct);
            return true;
        }
        catch (SlipwayException e) when (e.Kind is ErrorKind.Unavailable)
        {
            return false;
        }
    }

    private string Ask(GitReference repository, CancellationToken ct)
    {
        string name = repository.Ref ?? "HEAD";
        string answer = _git.Run("/", ["ls-remote", "-q", "--", repository.Remote, name, name + "^{}"], ct);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string[] parts in answer.Split('\n').Select(line => line.Split('\t')).Where(parts => parts.Length == 2 && IsCommit(parts[0])))
            found.TryAdd(parts[1], parts[0]);
        // An annotated tag is an object of its own; what it marks is meant.
        foreach (string full in (string[])[name + "^{}", name, $"refs/tags/{name}^{{}}", $"refs/tags/{name}", $"refs/heads/{name}"])
        {
            if (found.TryGetValue(full, out string? commit))
                return commit;
        }
        throw new SlipwayException(ErrorKind.NotFound, $"{Show(repository)}: the repository has no '{Printable.Escape(name)}'");
    }

    // A submodule has a file of that name where a repository has its directory.
    private static void RemoveGitEntries(DirFd directory, int depth)
    {
        const int MaxDepth = 200;
        foreach (DirEntry entry in directory.List())
        {
            if (depth > 0 && entry.Name.AsSpan().SequenceEqual(".git"u8))
                directory.RemoveTree(entry.Name);
            else if (depth < MaxDepth && !entry.Name.AsSpan().SequenceEqual(".git"u8) && directory.TryOpenDirectory(entry.Name) is { } child)
                using (child)
                    RemoveGitEntries(child, depth + 1);
        }
    }

    private static bool IsCommit(string? text) => text?.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);

    private static string Show(GitReference repository) => Printable.Escape(GitProgram.WithoutPassword(repository.Remote));
}
