namespace Slipway.Oci.Runtime;

/// <summary>Which ids of a user namespace are which outside of it (user_namespaces(7)).</summary>
/// <param name="Uids">Ranges of users; at least one.</param>
/// <param name="Gids">Ranges of groups; at least one.</param>
public sealed record OwnerMap(IReadOnlyList<IdMapping> Uids, IReadOnlyList<IdMapping> Gids)
{
    /// <summary>Whom the kernel shows for an owner that has no id in the namespace (/proc/sys/fs/overflowuid).</summary>
    public const uint Nobody = 65534;

    /// <summary>The maps of a configuration; null where it has none, and ids are the same inside and outside.</summary>
    public static OwnerMap? Of(LinuxSpec? linux) =>
        linux is { UidMappings: { Count: > 0 } uids, GidMappings: { Count: > 0 } gids } ? new(uids, gids) : null;

    /// <summary>An owner as the host has it.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: the namespace has no such id.</exception>
    public (uint Uid, uint Gid) Outside((uint Uid, uint Gid) owner) => (
        Find(Uids, owner.Uid, outwards: true) ?? throw NotThere("user", owner.Uid),
        Find(Gids, owner.Gid, outwards: true) ?? throw NotThere("group", owner.Gid));

    /// <summary>An owner as the namespace has it; who isn't in it is nobody there.</summary>
    public (uint Uid, uint Gid) Inside((uint Uid, uint Gid) owner) =>
        (Find(Uids, owner.Uid, outwards: false) ?? Nobody, Find(Gids, owner.Gid, outwards: false) ?? Nobody);

    /// <summary>Text for uid_map or gid_map.</summary>
    public static string TextOf(IReadOnlyList<IdMapping>? mappings) =>
        string.Concat((mappings ?? []).Select(mapping => $"{mapping.ContainerId} {mapping.HostId} {mapping.Size}\n"));

    private static uint? Find(IReadOnlyList<IdMapping> ranges, uint id, bool outwards)
    {
        foreach (IdMapping range in ranges)
        {
            (uint from, uint to) = outwards ? (range.ContainerId, range.HostId) : (range.HostId, range.ContainerId);
            if (id >= from && id - from < range.Size)
                return to + (id - from);
        }
        return null;
    }

    private static SlipwayException NotThere(string what, uint id) =>
        new(ErrorKind.InvalidArgument, $"{what} {id} has no id outside: the container's user namespace ends before it") { Hint = "give the container a larger range: --userns auto:size=N" };
}
