using Slipway.Oci;

namespace Slipway.Engine.Containers;

/// <summary>Reads <c>-v</c>: <c>NAME:/path[:ro]</c>, <c>/host:/path[:ro]</c>, or <c>/path</c> alone for an anonymous volume.</summary>
public static class MountParser
{
    /// <summary>Reads one <c>-v</c> value. The source of an anonymous volume is empty until the container is created.</summary>
    /// <exception cref="SlipwayException">InvalidArgument, in docker's words.</exception>
    public static MountRequest Parse(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length is 0 or > 3 || parts.Any(p => p.Length == 0))
            throw Invalid(text, "want [SOURCE:]TARGET[:OPTIONS]");
        bool readOnly = false;
        if (parts.Length == 3)
            readOnly = ReadOptions(text, parts[2]);
        string target = CleanTarget(text, parts.Length == 1 ? parts[0] : parts[1]);
        if (parts.Length == 1)
            return new(MountKind.Volume, "", target, readOnly, Anonymous: true);
        string source = parts[0];
        if (source.StartsWith('/'))
            return new(MountKind.Bind, source, target, readOnly);
        if (source.StartsWith('.') || source.StartsWith('~'))
            return new(MountKind.Bind, Path.GetFullPath(source), target, readOnly);
        if (source.Contains('/', StringComparison.Ordinal))
            throw Invalid(text, $"'{source}' is neither a volume's name nor an absolute path");
        return new(MountKind.Volume, source, target, readOnly);
    }

    /// <summary>An absolute path, free of <c>.</c> and <c>..</c>, that is not the root.</summary>
    internal static string CleanTarget(string text, string target)
    {
        if (!target.StartsWith('/'))
            throw Invalid(text, "mount path must be absolute");
        string clean = Path.GetFullPath(target).TrimEnd('/');
        if (clean.Length == 0)
            throw Invalid(text, "destination can't be '/'");
        if (clean == "/proc" || clean.StartsWith("/proc/", StringComparison.Ordinal))
            throw Invalid(text, "destination can't be inside /proc");
        return clean;
    }

    private static bool ReadOptions(string text, string options)
    {
        bool readOnly = false;
        foreach (string option in options.Split(','))
        {
            readOnly = option switch
            {
                "ro" => true,
                "rw" => false,
                // SELinux labels and consistency hints: nothing to do on a host without them.
                "z" or "Z" or "cached" or "delegated" or "consistent" => readOnly,
                _ => throw Invalid(text, $"unknown option '{option}' (rw and ro are there; propagation and nocopy come with a later version)"),
            };
        }
        return readOnly;
    }

    private static SlipwayException Invalid(string text, string why) =>
        new(ErrorKind.InvalidArgument, $"invalid volume specification: '{text}': {why}");
}
