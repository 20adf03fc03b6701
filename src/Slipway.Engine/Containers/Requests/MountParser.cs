using Slipway.Oci;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Reads <c>-v</c>: <c>NAME:/path[:ro]</c>, <c>/host:/path[:ro]</c>, or <c>/path</c> alone for an anonymous volume; and <c>--tmpfs</c>.</summary>
public static class MountParser
{
    private static readonly string[] s_propagations = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

    // What tmpfs(5) and mount(8) know.
    private static readonly string[] s_tmpfsFlags =
        ["ro", "rw", "suid", "nosuid", "dev", "nodev", "exec", "noexec", "atime", "noatime", "diratime", "nodiratime", "relatime", "norelatime", "strictatime", "nostrictatime", "defaults", "noswap", .. s_propagations];

    private static readonly string[] s_tmpfsValues = ["size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol", "huge"];

    /// <summary>Reads one <c>-v</c> value. The source of an anonymous volume is empty until the container is created.</summary>
    /// <exception cref="SlipwayException">InvalidArgument, in docker's words.</exception>
    public static MountRequest Parse(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length is 0 or > 3 || parts.Any(p => p.Length == 0))
            throw Invalid(text, "want [SOURCE:]TARGET[:OPTIONS]");
        string target = CleanTarget(text, parts.Length == 1 ? parts[0] : parts[1]);
        if (parts.Length == 1)
            return new(MountKind.Volume, "", target, ReadOnly: false, Anonymous: true);
        MountRequest mount = OfSource(text, parts[0], target);
        return parts.Length == 3 ? WithOptions(text, mount, parts[2]) : mount;
    }

    /// <summary>Reads one <c>--tmpfs</c> value: <c>/path</c>, or <c>/path:size=64m,exec</c>.</summary>
    /// <exception cref="SlipwayException">InvalidArgument, in docker's words.</exception>
    public static MountRequest ParseTmpfs(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string target = CleanTarget(text, colon < 0 ? text : text[..colon]);
        string options = colon < 0 ? "" : text[(colon + 1)..];
        foreach (string option in options.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 ? !s_tmpfsFlags.Contains(option) : !s_tmpfsValues.Contains(option[..equals]))
                throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid tmpfs option [\"{option}\"]");
        }
        return new(MountKind.Tmpfs, "", target, ReadOnly: false) { Options = options };
    }

    /// <summary>An absolute path, free of <c>.</c> and <c>..</c>, that is not the root.</summary>
    public static string CleanTarget(string text, string target)
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

    /// <summary>Whether it is a way of propagation that a bind mount may have.</summary>
    internal static bool IsPropagation(string text) => s_propagations.Contains(text);

    private static MountRequest OfSource(string text, string source, string target)
    {
        if (source.StartsWith('/'))
            return new(MountKind.Bind, source, target, ReadOnly: false) { CreateSource = true };
        if (source.StartsWith('.') || source.StartsWith('~'))
            return new(MountKind.Bind, Path.GetFullPath(source), target, ReadOnly: false) { CreateSource = true };
        if (source.Contains('/', StringComparison.Ordinal))
            throw Invalid(text, $"'{source}' is neither a volume's name nor an absolute path");
        return new(MountKind.Volume, source, target, ReadOnly: false);
    }

    private static MountRequest WithOptions(string text, MountRequest mount, string options)
    {
        HashSet<string> kinds = [];
        foreach (string option in options.Split(','))
        {
            // Of each kind one at most, as docker has it.
            string kind = option switch { "ro" or "rw" => "access", "z" or "Z" => "label", "nocopy" => "copy", _ => IsPropagation(option) ? "propagation" : "consistency" };
            if (!kinds.Add(kind))
                throw Invalid(text, $"invalid mode: {options}");
            mount = option switch
            {
                "ro" => mount with { ReadOnly = true },
                "rw" => mount,
                // SELinux labels and consistency hints: nothing to do on a host without them.
                "z" or "Z" or "cached" or "delegated" or "consistent" => mount,
                "nocopy" when mount.Kind is MountKind.Volume => mount with { NoCopy = true },
                _ when IsPropagation(option) && mount.Kind is MountKind.Bind => mount with { Propagation = option },
                _ => throw Invalid(text, $"invalid mount config for type \"{(mount.Kind is MountKind.Bind ? "bind" : "volume")}\": invalid mode: {options}: '{option}' is none of its options"),
            };
        }
        return mount with { Options = options };
    }

    private static SlipwayException Invalid(string text, string why) =>
        new(ErrorKind.InvalidArgument, $"invalid volume specification: '{text}': {why}");
}
