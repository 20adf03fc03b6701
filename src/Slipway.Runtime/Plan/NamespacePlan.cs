using Slipway.Linux;
using Slipway.Linux.Namespaces;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Plan;

/// <summary>Which namespaces are made and which are joined.</summary>
/// <param name="New">Made by clone3 itself.</param>
/// <param name="NewCgroup">Made later: its root is the cgroup that the process is in at that moment.</param>
/// <param name="Joined">By the path of what another process has.</param>
internal sealed record NamespacePlan(CloneFlags New, bool NewCgroup, IReadOnlyList<(CloneFlags Kind, string Path)> Joined)
{
    /// <summary>Whether the container has this kind to itself or shares it with a container: with anything but the host.</summary>
    public bool IsPrivate(CloneFlags kind) => New.HasFlag(kind) || Joined.Any(joined => joined.Kind == kind);

    public static NamespacePlan From(LinuxSpec linux)
    {
        CloneFlags made = CloneFlags.None;
        bool cgroup = false;
        var joined = new List<(CloneFlags, string)>();
        foreach (NamespaceSpec entry in linux.Namespaces ?? [])
        {
            CloneFlags kind = Kind(entry.Type);
            // setns(2) into a pid namespace moves only children, and the plan makes its child with clone3: joining would silently be the host's.
            if (kind == CloneFlags.CLONE_NEWPID && entry.Path is { Length: > 0 })
                throw new SlipwayException(ErrorKind.NotSupported, "joining a pid namespace by path isn't supported yet");
            if (entry.Path is { Length: > 0 } path)
                joined.Add((kind, path));
            else if (kind == CloneFlags.CLONE_NEWCGROUP)
                cgroup = true;
            else
                made |= kind;
        }
        // Everything that a start mounts would otherwise be mounted on the host.
        if (!made.HasFlag(CloneFlags.CLONE_NEWNS))
            throw new SlipwayException(ErrorKind.NotSupported, "a container needs a mount namespace of its own");
        return new NamespacePlan(made, cgroup, joined);
    }

    private static CloneFlags Kind(string type) => type switch
    {
        "mount" => CloneFlags.CLONE_NEWNS,
        "pid" => CloneFlags.CLONE_NEWPID,
        "network" => CloneFlags.CLONE_NEWNET,
        "ipc" => CloneFlags.CLONE_NEWIPC,
        "uts" => CloneFlags.CLONE_NEWUTS,
        "cgroup" => CloneFlags.CLONE_NEWCGROUP,
        "user" => throw new SlipwayException(ErrorKind.NotSupported, "user namespaces aren't supported yet"),
        "time" => throw new SlipwayException(ErrorKind.NotSupported, "time namespaces aren't supported yet"),
        _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"unknown namespace '{Printable.Escape(type)}'"),
    };
}
