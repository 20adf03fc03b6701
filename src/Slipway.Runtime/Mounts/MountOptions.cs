using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Mounts;

/// <summary>A mount's options, sorted into what the kernel takes where (config.md#mounts, mount_setattr(2)).</summary>
internal sealed record MountOptions
{
    private static readonly Dictionary<string, (long Set, long Clear)> s_attributes = new(StringComparer.Ordinal)
    {
        ["ro"] = (MOUNT_ATTR_RDONLY, 0), ["rw"] = (0, MOUNT_ATTR_RDONLY),
        ["nosuid"] = (MOUNT_ATTR_NOSUID, 0), ["suid"] = (0, MOUNT_ATTR_NOSUID),
        ["nodev"] = (MOUNT_ATTR_NODEV, 0), ["dev"] = (0, MOUNT_ATTR_NODEV),
        ["noexec"] = (MOUNT_ATTR_NOEXEC, 0), ["exec"] = (0, MOUNT_ATTR_NOEXEC),
        ["noatime"] = (MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME), ["atime"] = (0, MOUNT_ATTR__ATIME),
        ["relatime"] = (0, MOUNT_ATTR__ATIME), ["norelatime"] = (MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME),
        ["strictatime"] = (MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME), ["nostrictatime"] = (0, MOUNT_ATTR__ATIME),
        ["nodiratime"] = (MOUNT_ATTR_NODIRATIME, 0), ["diratime"] = (0, MOUNT_ATTR_NODIRATIME),
        ["nosymfollow"] = (MOUNT_ATTR_NOSYMFOLLOW, 0), ["symfollow"] = (0, MOUNT_ATTR_NOSYMFOLLOW),
    };

    /// <summary>Kinds of propagation (mount_namespaces(7)), and whether they go for the whole tree.</summary>
    public static bool TryParsePropagation(string option, out (long Type, bool Recursive) kind) => s_propagation.TryGetValue(option, out kind);

    private static readonly Dictionary<string, (long Type, bool Recursive)> s_propagation = new(StringComparer.Ordinal)
    {
        ["private"] = (MS_PRIVATE, false), ["rprivate"] = (MS_PRIVATE, true), ["slave"] = (MS_SLAVE, false), ["rslave"] = (MS_SLAVE, true),
        ["shared"] = (MS_SHARED, false), ["rshared"] = (MS_SHARED, true), ["unbindable"] = (MS_UNBINDABLE, false), ["runbindable"] = (MS_UNBINDABLE, true),
    };

    // Options of mount(8) that mean nothing to the kernel, or only say what is so anyway.
    private static readonly HashSet<string> s_ignored = new(StringComparer.Ordinal)
    {
        "defaults", "async", "nomand", "auto", "noauto", "user", "nouser",
    };

    /// <summary>All that mean something here, sorted.</summary>
    public static IReadOnlyList<string> Names => [.. s_attributes.Keys.Concat(s_attributes.Keys.Select(name => "r" + name)).Concat(s_propagation.Keys)
        .Concat(s_ignored).Concat(["bind", "rbind", "idmap", "ridmap", "tmpcopyup"]).Distinct().Order(StringComparer.Ordinal)];

    public long Set { get; init; }

    public long Clear { get; init; }

    /// <summary>Attributes for the whole tree beneath: <c>rro</c> and its like.</summary>
    public long RecursiveSet { get; init; }

    public long RecursiveClear { get; init; }

    public bool Bind { get; init; }

    public bool Recursive { get; init; }

    /// <summary>The ids of its files are mapped; by the container's own maps where the mount has none.</summary>
    public bool MapsIds { get; init; }

    /// <summary>Those of the whole tree beneath.</summary>
    public bool MapsIdsRecursively { get; init; }

    /// <summary>A tmpfs begins with what is at its destination.</summary>
    public bool CopiesUp { get; init; }

    /// <summary>One of MS_PRIVATE … MS_UNBINDABLE; 0 when not said.</summary>
    public long Propagation { get; init; }

    public bool PropagationRecursive { get; init; }

    /// <summary>What the file system itself takes: keys with their values, null for a flag. A bind mount has none that could.</summary>
    public IReadOnlyList<(string Key, string? Value)> Data { get; init; } = [];

    /// <summary>Sorts a list of options; a later one wins over an earlier.</summary>
    public static MountOptions Parse(IReadOnlyList<string>? options, string? type)
    {
        long set = 0, clear = 0, recursiveSet = 0, recursiveClear = 0, propagation = 0;
        bool bind = type == "bind", recursive = false, propagationRecursive = false, mapsIds = false, mapsAll = false, copiesUp = false;
        var data = new List<(string, string?)>();
        foreach (string option in options ?? [])
        {
            if (option is "bind" or "rbind")
                (bind, recursive) = (true, recursive || option == "rbind");
            else if (option is "idmap" or "ridmap")
                (mapsIds, mapsAll) = (true, option == "ridmap");
            else if (option == "tmpcopyup")
                copiesUp = true;
            else if (s_attributes.TryGetValue(option, out (long Set, long Clear) attribute))
                (set, clear) = Apply(set, clear, attribute);
            else if (s_propagation.TryGetValue(option, out (long Type, bool Recursive) kind))
                (propagation, propagationRecursive) = kind;
            else if (option.StartsWith('r') && s_attributes.TryGetValue(option[1..], out attribute))
                (recursiveSet, recursiveClear) = Apply(recursiveSet, recursiveClear, attribute);
            else if (!s_ignored.Contains(option) && option.Length > 0)
                data.Add(option.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? (option[..at], option[(at + 1)..]) : (option, null));
        }
        return new MountOptions
        {
            Set = set, Clear = clear, RecursiveSet = recursiveSet, RecursiveClear = recursiveClear, Bind = bind, Recursive = recursive,
            Propagation = propagation, PropagationRecursive = propagationRecursive, Data = data,
            MapsIds = mapsIds, MapsIdsRecursively = mapsAll, CopiesUp = copiesUp,
        };
    }

    /// <summary>Attributes of a file system that is made for this mount: there is nothing beneath it yet.</summary>
    public long OfNew => (Set & ~RecursiveClear) | RecursiveSet;

    private static (long Set, long Clear) Apply(long set, long clear, (long Set, long Clear) attribute) =>
        ((set & ~attribute.Clear) | attribute.Set, (clear & ~attribute.Set) | attribute.Clear);
}
