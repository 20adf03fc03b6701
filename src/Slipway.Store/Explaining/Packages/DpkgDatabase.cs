using System.Text;

namespace Slipway.Store.Explaining.Packages;

/// <summary>Debian's database (dpkg(1), deb-control(5)): a list of files a package, and one file of all packages' fields; in distroless images a file each.</summary>
internal static class DpkgDatabase
{
    private const string Lists = "var/lib/dpkg/info", Status = "var/lib/dpkg/status", StatusDirectory = "var/lib/dpkg/status.d";
    private const int MostLists = 50_000;
    private const long MostBytes = 512L << 20;

    /// <summary>The packages that have one of these paths, which are absolute.</summary>
    public static IEnumerable<Package> Find(ImageFiles files, IReadOnlyList<string> paths)
    {
        long read = 0;
        foreach (string list in files.Names(Lists).Where(n => n.EndsWith(".list", StringComparison.Ordinal)).Take(MostLists))
        {
            byte[] content = files.TryRead($"{Lists}/{list}") ?? [];
            if ((read += content.Length) > MostBytes)
                yield break;
            if (paths.Any(p => HasLine(content, Encoding.UTF8.GetBytes(p))))
                yield return Named(files, list[..^".list".Length]);
        }
        // Of these the sums of the files are the list.
        foreach (string list in files.Names(StatusDirectory).Where(n => n.EndsWith(".md5sums", StringComparison.Ordinal)).Take(MostLists))
        {
            byte[] content = files.TryRead($"{StatusDirectory}/{list}") ?? [];
            if ((read += content.Length) > MostBytes)
                yield break;
            string package = list[..^".md5sums".Length];
            if (paths.Any(p => content.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"  {p[1..]}\n")) >= 0))
                yield return new(package, Field(files.TryRead($"{StatusDirectory}/{package}") ?? [], package, null), "dpkg");
        }
    }

    // The list of a package for several architectures has its own in the name: libssl3:amd64.
    private static Package Named(ImageFiles files, string name)
    {
        string[] parts = name.Split(':', 2);
        return new(name, Field(files.TryRead(Status) ?? [], parts[0], parts.Length > 1 ? parts[1] : null), "dpkg");
    }

    private static bool HasLine(ReadOnlySpan<byte> content, ReadOnlySpan<byte> line)
    {
        for (int from = 0; content[from..].IndexOf(line) is >= 0 and int at; from += at + 1)
        {
            int start = from + at, end = start + line.Length;
            if ((start == 0 || content[start - 1] == (byte)'\n') && (end == content.Length || content[end] == (byte)'\n'))
                return true;
        }
        return false;
    }

    // Paragraphs with an empty line between, a field a line; only the fields that are wanted are made into text.
    private static string? Field(ReadOnlySpan<byte> status, string package, string? architecture)
    {
        bool isPackage = false, isArchitecture = architecture is null;
        string? version = null;
        foreach (Range range in status.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = status[range];
            if (line.IsEmpty)
            {
                if (isPackage && isArchitecture && version is not null)
                    return version;
                (isPackage, isArchitecture, version) = (false, architecture is null, null);
            }
            else if (line.StartsWith("Package: "u8))
            {
                isPackage = line["Package: "u8.Length..].SequenceEqual(Encoding.UTF8.GetBytes(package));
            }
            else if (line.StartsWith("Architecture: "u8))
            {
                isArchitecture |= architecture is not null && line["Architecture: "u8.Length..].SequenceEqual(Encoding.UTF8.GetBytes(architecture));
            }
            else if (isPackage && line.StartsWith("Version: "u8))
            {
                version = Encoding.UTF8.GetString(line["Version: "u8.Length..]);
            }
        }
        return isPackage && isArchitecture ? version : null;
    }
}
