namespace Slipway.Runtime.Cgroups;

/// <summary>One mounted hierarchy of control groups.</summary>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="Controllers">v1: what it controls, <c>name=…</c> for a named one. v2: empty.</param>
/// <param name="IsUnified">Whether it is the v2 tree.</param>
internal sealed record CgroupHierarchy(string MountPoint, IReadOnlyList<string> Controllers, bool IsUnified)
{
    /// <summary>The hierarchies that /proc/self/mountinfo shows (proc_pid_mountinfo(5)).</summary>
    public static IReadOnlyList<CgroupHierarchy> Parse(string mountInfo)
    {
        var found = new List<CgroupHierarchy>();
        foreach (string line in mountInfo.Split('\n'))
        {
            // … mount point, options, optional fields, "-", type, source, super options
            int dash = line.IndexOf(" - cgroup", StringComparison.Ordinal);
            if (dash < 0)
                continue;
            string[] before = line[..dash].Split(' ');
            string[] after = line[(dash + 3)..].Split(' ');
            if (before.Length < 6 || after.Length < 3)
                continue;
            string mountPoint = Unescape(before[4]);
            if (after[0] == "cgroup2")
                found.Add(new CgroupHierarchy(mountPoint, [], IsUnified: true));
            else if (after[0] == "cgroup")
                found.Add(new CgroupHierarchy(mountPoint, [.. after[2].Split(',').Where(IsController)], IsUnified: false));
        }
        return found;
    }

    // The rest are the mount's own options.
    private static bool IsController(string option) => option is not ("rw" or "ro" or "xattr" or "clone_children" or "noprefix" or "favordynmods")
        && !option.StartsWith("release_agent=", StringComparison.Ordinal) && !option.StartsWith("nsroot=", StringComparison.Ordinal);

    private static string Unescape(string text) => text.Contains('\\', StringComparison.Ordinal)
        ? text.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal)
        : text;
}
