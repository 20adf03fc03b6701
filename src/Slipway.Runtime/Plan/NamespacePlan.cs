using Slipway.Linux;
using Slipway.Linux.Namespaces;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Plan;

/// <summary>Which namespaces are made and which are joined.</summary>
/// <param name="New">Made by clone3 itself, or unshared (<see cref="NeedsFork"/>).</param>
/// <param name="NewCgroup">Made later: its root is the cgroup that the process is in at that moment.</param>
/// <param name="Joined">By the path of what another process has.</param>
/// <param name="TimeOffsets">Text for /proc/PID/timens_offsets (time_namespaces(7)); null for none.</param>
internal sealed record NamespacePlan(
    CloneFlags New, bool NewCgroup, IReadOnlyList<(CloneFlags Kind, string Path)> Joined, string? TimeOffsets)
{
    /// <summary>Whether the container has this kind to itself or shares it with a container: with anything but the host.</summary>
    public bool IsPrivate(CloneFlags kind) => New.HasFlag(kind) || PathOf(kind) is not null;

    /// <summary>Where a namespace is joined; null when it is made or inherited.</summary>
    public string? PathOf(CloneFlags kind)
    {
        foreach ((CloneFlags joined, string path) in Joined)
        {
            if (joined == kind)
                return path;
        }
        return null;
    }

    /// <summary>
    /// Whether the container's mounts are made in a mount namespace of its own. Otherwise its root is a tree that is attached nowhere, and
    /// goes with its last process: nothing is ever mounted in the host's namespace, or in somebody else's (Linux 6.15).
    /// </summary>
    public bool OwnsMounts => New.HasFlag(CloneFlags.CLONE_NEWNS);

    public bool HasUser => IsPrivate(CloneFlags.CLONE_NEWUSER);

    /// <summary>
    /// Whether one clone3 is not enough: namespaces belong to the user namespace that they are made in, so one that is joined comes first;
    /// those that are joined beside a new one are the host's to join; and a time namespace takes its offsets only before anybody is in it.
    /// </summary>
    public bool NeedsFork => PathOf(CloneFlags.CLONE_NEWUSER) is not null || TimeOffsets is not null
        || (New.HasFlag(CloneFlags.CLONE_NEWUSER) && Joined.Any(joined => joined.Kind != CloneFlags.CLONE_NEWPID));

    /// <exception cref="SlipwayException">InvalidArgument: an unknown kind, or one twice.</exception>
    public static NamespacePlan From(LinuxSpec linux)
    {
        CloneFlags made = CloneFlags.None, seen = CloneFlags.None;
        bool cgroup = false;
        var joined = new List<(CloneFlags, string)>();
        foreach (NamespaceSpec entry in linux.Namespaces ?? [])
        {
            CloneFlags kind = Kind(entry.Type);
            if (seen.HasFlag(kind))
                throw new SlipwayException(ErrorKind.InvalidArgument, $"linux.namespaces: '{entry.Type}' is there twice");
            seen |= kind;
            if (entry.Path is { Length: > 0 } path)
                joined.Add((kind, path));
            else if (kind == CloneFlags.CLONE_NEWCGROUP)
                cgroup = true;
            else
                made |= kind;
        }
        return new NamespacePlan(made, cgroup, joined, made.HasFlag(CloneFlags.CLONE_NEWTIME) ? OffsetsOf(linux) : null);
    }

    private static string? OffsetsOf(LinuxSpec linux) => linux.TimeOffsets is not { Count: > 0 } offsets
        ? null
        : string.Concat(offsets.Select(offset => $"{offset.Key} {offset.Value.Secs ?? 0} {offset.Value.Nanosecs ?? 0}\n"));

    private static CloneFlags Kind(string type) => type switch
    {
        "mount" => CloneFlags.CLONE_NEWNS,
        "pid" => CloneFlags.CLONE_NEWPID,
        "network" => CloneFlags.CLONE_NEWNET,
        "ipc" => CloneFlags.CLONE_NEWIPC,
        "uts" => CloneFlags.CLONE_NEWUTS,
        "cgroup" => CloneFlags.CLONE_NEWCGROUP,
        "user" => CloneFlags.CLONE_NEWUSER,
        "time" => CloneFlags.CLONE_NEWTIME,
        _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"unknown namespace '{Printable.Escape(type)}'"),
    };
}
