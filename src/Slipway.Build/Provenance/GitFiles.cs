using System.Text;
using Slipway.Linux.Files;

namespace Slipway.Build.Provenance;

/// <summary>The files of a git directory that name commits and remotes (gitrepository-layout(5)). Each is read whole, bounded, beneath its directory.</summary>
/// <param name="Own">The work tree's: HEAD.</param>
/// <param name="Common">The repository's: references, objects, configuration. The same where there is one work tree.</param>
internal sealed record GitFiles(DirFd Own, DirFd Common) : IDisposable
{
    private const int MaxReference = 4096, MaxConfig = 1 << 20, MaxPacked = 64 << 20, MaxLinks = 5;

    public void Dispose()
    {
        Own.Dispose();
        Common.Dispose();
    }

    /// <summary>The commit that is checked out; null where there is none yet.</summary>
    public string? Head()
    {
        string? text = ReadText(Own, "HEAD", MaxReference)?.Trim();
        for (int i = 0; i < MaxLinks && text is not null; i++)
        {
            if (!text.StartsWith("ref:", StringComparison.Ordinal))
                return GitObjects.IsName(text) ? text : null;
            string name = text["ref:".Length..].Trim();
            if (!name.StartsWith("refs/", StringComparison.Ordinal) || name.Split('/').Contains(".."))
                return null;
            text = ReadText(Common, name, MaxReference)?.Trim() ?? Packed(name);
        }
        return null;
    }

    /// <summary>The URL of the remote <c>origin</c>, where it is one that others can use too; never with a password.</summary>
    public string? Remote()
    {
        bool isOrigin = false;
        foreach (string line in (ReadText(Common, "config", MaxConfig) ?? "").Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith('['))
                isOrigin = line.Replace(" ", "", StringComparison.Ordinal) == "[remote\"origin\"]";
            else if (isOrigin && line.Split('=', 2, StringSplitOptions.TrimEntries) is ["url", var url])
                return Public(url);
        }
        return null;
    }

    /// <summary>A file's text; null where there is none, or it is larger.</summary>
    public static string? ReadText(DirFd directory, string path, int maxBytes)
    {
        using SafeFileReader? file = SafeFileReader.TryOpen(directory, path, maxBytes);
        return file is null ? null : Encoding.UTF8.GetString(file.ReadAll());
    }

    // packed-refs: `HEX NAME` a line.
    private string? Packed(string name) => (ReadText(Common, "packed-refs", MaxPacked) ?? "").Split('\n')
        .Select(line => line.Split(' ', 2)).FirstOrDefault(parts => parts.Length == 2 && parts[1].Trim() == name)?[0];

    private static string? Public(string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Scheme is "http" or "https" or "ssh" or "git")
        {
            // Whoever logs in by ssh needs the user's name, which is no secret.
            string user = parsed.Scheme == "ssh" && parsed.UserInfo.Length > 0 ? parsed.UserInfo.Split(':')[0] + "@" : "";
            return $"{parsed.Scheme}://{user}{parsed.Authority[(parsed.Authority.LastIndexOf('@') + 1)..]}{parsed.AbsolutePath}";
        }
        return url.StartsWith("git@", StringComparison.Ordinal) && url.Contains(':', StringComparison.Ordinal) ? url : null;
    }
}
