using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Store.Metadata;

namespace Slipway.Engine.Containers.Users;

/// <summary>
/// The rows of the ranges that containers with <c>--userns auto</c> have (room "id ranges"): <c>id_ranges: container, first, size</c>. A range is a
/// container's for life, also in the trash; what has no container any more is free.
/// </summary>
internal sealed class IdRangeTable(Database database)
{
    public static readonly string[] Schema = ["CREATE TABLE id_ranges (container TEXT PRIMARY KEY, first INTEGER NOT NULL UNIQUE, size INTEGER NOT NULL) WITHOUT ROWID"];

    /// <summary>Gives a container the first range that is free. Within the transaction that makes the container.</summary>
    /// <param name="container">Its id; its row is there.</param>
    /// <param name="size">How many ids.</param>
    /// <param name="allowed">Where they may be.</param>
    /// <exception cref="SlipwayException">Exhausted: there is no such range.</exception>
    public void Allocate(string container, uint size, IReadOnlyList<(ulong First, ulong End)> allowed)
    {
        database.Execute("DELETE FROM id_ranges WHERE container NOT IN (SELECT id FROM containers UNION ALL SELECT id FROM trashed_containers)");
        List<(ulong First, ulong End)> taken = database.Query("SELECT first, size FROM id_ranges ORDER BY first", static r => ((ulong)r.GetInt64(0), (ulong)(r.GetInt64(0) + r.GetInt64(1))));
        foreach ((ulong first, ulong end) in allowed)
        {
            ulong at = first;
            foreach ((ulong takenFirst, ulong takenEnd) in taken.Where(t => t.End > first))
            {
                if (at + size <= takenFirst)
                    break;
                at = Math.Max(at, takenEnd);
            }
            if (at + size > end)
                continue;
            database.Execute("INSERT INTO id_ranges (container, first, size) VALUES ($container, $first, $size)", ("$container", container), ("$first", (long)at), ("$size", (long)size));
            return;
        }
        throw new SlipwayException(ErrorKind.Exhausted, $"--userns auto: {size} ids in a row are not free any more")
        {
            Hint = "give the user 'containers' more of them in /etc/subuid and /etc/subgid, ask for less (auto:size=N), or remove containers, also from the trash",
        };
    }

    /// <summary>The range of a container; null where it has none.</summary>
    public OwnerMap? Find(string container) =>
        database.Query("SELECT first, size FROM id_ranges WHERE container = $container", static r => new IdMapping { ContainerId = 0, HostId = (uint)r.GetInt64(0), Size = (uint)r.GetInt64(1) }, ("$container", container)) is [var range]
            ? new([range], [range])
            : null;
}
