namespace Slipway.Oci;

/// <summary>
/// The name of an image: <c>[host[:port]/]path[:tag][@digest]</c> (distribution-spec; Docker's grammar and defaults).
/// <c>busybox</c> is <c>docker.io/library/busybox:latest</c>.
/// </summary>
public sealed record Reference
{
    private const string DefaultHost = "docker.io";
    private const string OfficialPrefix = "library/";
    private const int MaxNameLength = 255;
    private const int MaxTagLength = 128;

    private Reference(string host, string path, string? tag, Digest? digest)
    {
        Host = host;
        Path = path;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>The registry: <c>docker.io</c> where none was named.</summary>
    public string Host { get; }

    /// <summary>The repository within the registry: <c>library/busybox</c>.</summary>
    public string Path { get; }

    /// <summary>The tag; null only where a digest stands alone.</summary>
    public string? Tag { get; }

    /// <summary>The digest of a pinned reference.</summary>
    public Digest? Digest { get; }

    /// <summary>Host and path, full: <c>docker.io/library/busybox</c>.</summary>
    public string Repository => $"{Host}/{Path}";

    /// <summary>Host and path as people write them: <c>busybox</c>.</summary>
    public string FamiliarRepository =>
        Host != DefaultHost ? Repository
        : Path.StartsWith(OfficialPrefix, StringComparison.Ordinal) && Path.IndexOf('/', OfficialPrefix.Length) < 0 ? Path[OfficialPrefix.Length..]
        : Path;

    /// <summary>The whole name as people write it: <c>busybox:latest</c>.</summary>
    public string Familiar => FamiliarRepository + Suffix;

    private string Suffix => (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    /// <summary>Reads a name; a missing tag becomes <c>latest</c> unless there is a digest.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: not a name, in Docker's words.</exception>
    public static Reference Parse(string text) =>
        TryParse(text, out Reference? reference) ? reference : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid reference format: '{Clip(text)}'");

    /// <summary>Reads the name that an image is to get: what has a digest in it is that image's for ever, and nobody's to give.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: not a name, or one with a digest, in Docker's words.</exception>
    public static Reference ParseTag(string text) => Parse(text) is { Digest: null } name ? name
        : throw new SlipwayException(ErrorKind.InvalidArgument, $"refusing to create a tag with a digest reference: '{Clip(text)}'");

    /// <summary>Reads a name; false where it is not one.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Reference? reference)
    {
        reference = null;
        string rest = text;
        Digest? digest = null;
        int at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            if (!Oci.Digest.TryParse(rest[(at + 1)..], out Digest parsed))
                return false;
            digest = parsed;
            rest = rest[..at];
        }
        string? tag = null;
        int colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf('/'))
        {
            tag = rest[(colon + 1)..];
            if (!IsTag(tag))
                return false;
            rest = rest[..colon];
        }
        (string host, string path) = SplitHost(rest);
        if (path.Length == 0 || host.Length + 1 + path.Length > MaxNameLength || !IsHost(host) || !path.Split('/').All(IsPathComponent))
            return false;
        // 64 hexadecimal digits alone are an id, never a repository.
        if (host == DefaultHost && Oci.Digest.TryParseHex(rest, out _))
            return false;
        if (host == DefaultHost && !path.Contains('/', StringComparison.Ordinal))
            path = OfficialPrefix + path;
        reference = new(host, path, tag ?? (digest is null ? "latest" : null), digest);
        return true;
    }

    /// <summary>The same repository under another tag, without a digest.</summary>
    public Reference WithTag(string tag) => new(Host, Path, tag, null);

    /// <summary>The same repository, pinned.</summary>
    public Reference WithDigest(Digest digest) => new(Host, Path, null, digest);

    /// <summary>The full form: <c>docker.io/library/busybox:latest</c>.</summary>
    public override string ToString() => Repository + Suffix;

    private static (string Host, string Path) SplitHost(string name)
    {
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return (DefaultHost, name);
        string first = name[..slash];
        bool isHost = first == "localhost" || first.AsSpan().ContainsAny('.', ':') || first.Any(char.IsAsciiLetterUpper);
        string host = first == "index.docker.io" ? DefaultHost : first;
        return isHost ? (host, name[(slash + 1)..]) : (DefaultHost, name);
    }

    private static bool IsTag(string tag) =>
        tag.Length is > 0 and <= MaxTagLength && tag[0] is not ('.' or '-') && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    private static bool IsHost(string host)
    {
        int colon = host.LastIndexOf(':');
        bool bracketed = host.StartsWith('[');
        if (colon > host.LastIndexOf(']'))
        {
            if (!ushort.TryParse(host.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out _))
                return false;
            host = host[..colon];
        }
        if (bracketed)
            return host.EndsWith(']') && System.Net.IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out _);
        return host.Split('.').All(label => label.Length > 0 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
    }

    // alphanumerics, separated by one '.', one or two '_', or any number of '-'.
    private static bool IsPathComponent(string part)
    {
        if (part.Length == 0 || !char.IsAsciiLetterOrDigit(part[0]) || !char.IsAsciiLetterOrDigit(part[^1]))
            return false;
        for (int i = 0; i < part.Length; i++)
        {
            char c = part[i];
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
                continue;
            int run = 1;
            while (part[i + run] == c)
                run++;
            if (!(c == '-' || (c == '.' && run == 1) || (c == '_' && run <= 2)) || !char.IsAsciiLetterOrDigit(part[i + run]))
                return false;
            i += run - 1;
        }
        return true;
    }

    private static string Clip(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
