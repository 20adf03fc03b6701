using Slipway.Linux.Files;

namespace Slipway.Build.Fetching;

/// <summary>Brings what ADD names from the network. Build declares it and knows no network; Engine implements it.</summary>
public interface IFetcher
{
    /// <summary>Fetches a file into a directory, under a name that is free there, mode 0600.</summary>
    /// <exception cref="Oci.SlipwayException">What the server says, or where it couldn't be reached; Exhausted: too large.</exception>
    Task<FetchedFile> DownloadAsync(Uri url, DirFd directory, string name, CancellationToken ct);

    /// <summary>Asks the remote which commit a reference means: all hexadecimal digits of its name.</summary>
    /// <exception cref="Oci.SlipwayException">NotFound: none of that name; Conflict: not the one that the reference demands.</exception>
    Task<string> ResolveAsync(GitReference repository, CancellationToken ct);

    /// <summary>Checks a commit out into an empty directory: all of it, and <c>.git</c> where the reference wants that.</summary>
    /// <param name="repository">Where it is, and how it is wanted.</param>
    /// <param name="commit">The commit, in full.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="aside">Gets <c>.git</c> where the reference doesn't want it: it tells commit and time. Null: it goes.</param>
    /// <param name="ct">Ends it.</param>
    Task CheckOutAsync(GitReference repository, string commit, DirFd directory, DirFd? aside, CancellationToken ct);
}

/// <summary>What a download brought.</summary>
/// <param name="Digest">Of its content.</param>
/// <param name="Modified">When the server says that it last changed; null where it doesn't say.</param>
public sealed record FetchedFile(Oci.Digest Digest, DateTimeOffset? Modified);
