using System.Globalization;
using System.Text;
using Slipway.Linux.Files;

namespace Slipway.Build.Provenance;

/// <summary>What the git work tree that a context lies in says of itself.</summary>
/// <param name="Commit">The commit that is checked out, in hexadecimal digits.</param>
/// <param name="Time">When it was made.</param>
/// <param name="Remote">Where it came from, without any password; null where that isn't known.</param>
public sealed record GitCheckout(string Commit, DateTimeOffset Time, string? Remote)
{
    private const int MaxParents = 40;
    private const int MaxPointer = 4096;

    /// <summary>
    /// Looks for <c>.git</c> in the directory and above it. Files are read, bounded, and nothing is executed: a repository's own configuration
    /// can name programs.
    /// </summary>
    /// <returns>Null where there is none, or none that can be read.</returns>
    public static GitCheckout? Find(string directory)
    {
        string path = Path.GetFullPath(directory);
        for (int i = 0; i < MaxParents && path.Length > 1; i++, path = Path.GetDirectoryName(path)!)
        {
            try
            {
                if (Open(path) is { } repository)
                {
                    using (repository)
                        return Read(repository);
                }
            }
            catch (Exception e) when (e is Linux.LinuxException or FormatException or InvalidDataException or IOException)
            {
                return null;
            }
        }
        return null;
    }

    // A directory; or in a linked work tree a file that names one, which must name that file in turn.
    private static GitFiles? Open(string workTree)
    {
        using DirFd root = DirFd.Open(workTree);
        if (!root.TryStatus(".git"u8, out FileStatus status))
            return null;
        if (status.IsDirectory)
            return new GitFiles(root.OpenDirectory(".git"u8), root.OpenDirectory(".git"u8));
        if (!status.IsRegular || GitFiles.ReadText(root, ".git", MaxPointer) is not { } pointer || !pointer.StartsWith("gitdir:", StringComparison.Ordinal))
            return null;
        string own = Path.GetFullPath(pointer["gitdir:".Length..].Trim(), workTree);
        DirFd directory = DirFd.Open(own);
        bool pointsBack = GitFiles.ReadText(directory, "gitdir", MaxPointer)?.Trim() == Path.Join(workTree, ".git");
        string? common = GitFiles.ReadText(directory, "commondir", MaxPointer)?.Trim();
        if (pointsBack && common is not null)
            return new GitFiles(directory, DirFd.Open(Path.GetFullPath(common, own)));
        directory.Dispose();
        return null;
    }

    private static GitCheckout? Read(GitFiles files)
    {
        string? commit = files.Head();
        if (commit is null || new GitObjects(files.Common).FindCommit(commit) is not { } text)
            return null;
        return TimeOf(text) is { } time ? new(commit, time, files.Remote()) : null;
    }

    // `committer Name <mail> 1700000000 +0100`: seconds since 1970, before the empty line that begins the message.
    private static DateTimeOffset? TimeOf(byte[] commit)
    {
        foreach (string line in Encoding.UTF8.GetString(commit).Split('\n').TakeWhile(line => line.Length > 0))
        {
            if (line.StartsWith("committer ", StringComparison.Ordinal) && line.Split(' ') is [.., var seconds, _]
                && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out long time) && time <= 253402300799)
            {
                return DateTimeOffset.FromUnixTimeSeconds(time);
            }
        }
        return null;
    }
}
