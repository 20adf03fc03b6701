using Slipway.Engine.Containers;
using Slipway.Oci;
using Slipway.Runtime.State;
using Slipway.Store.Metadata;

namespace Slipway.Engine.Trash;

/// <summary>
/// The rows of what was removed and can be brought back (room "trash"): as they were, and when they came and go.
/// <code>
/// trashed_containers: the columns of containers, removed, expires (UTC ticks), bytes (null: not measured)
/// trashed_endpoints:  the columns of endpoints
/// trashed_volumes:    place (the directory in DATA/trash), the columns of volumes, used, container (that it was removed with), removed, expires, bytes
/// </code>
/// A container's layer and log stay where they are: to remove it and to bring it back moves rows, and nothing else.
/// </summary>
internal sealed class TrashTable(Database database)
{
    public static readonly string[] Schema =
    [
        """
        CREATE TABLE trashed_containers (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, image_id TEXT NOT NULL, request TEXT NOT NULL, created INTEGER NOT NULL,
            status INTEGER NOT NULL, pid INTEGER NOT NULL, started INTEGER, finished INTEGER, exit_code INTEGER NOT NULL, oom INTEGER NOT NULL, error TEXT,
            restarts INTEGER NOT NULL, restart_wait INTEGER NOT NULL, stopped INTEGER NOT NULL, restarting INTEGER NOT NULL, health_noted INTEGER NOT NULL, oom_noted INTEGER NOT NULL,
            removed INTEGER NOT NULL, expires INTEGER NOT NULL, bytes INTEGER) WITHOUT ROWID;
        CREATE TABLE trashed_endpoints (network TEXT NOT NULL, container TEXT NOT NULL, device TEXT NOT NULL, ip TEXT, ip6 TEXT, mac TEXT NOT NULL,
            PRIMARY KEY (container, network)) WITHOUT ROWID;
        CREATE TABLE trashed_volumes (place TEXT PRIMARY KEY, name TEXT NOT NULL, created INTEGER NOT NULL, labels TEXT NOT NULL, anonymous INTEGER NOT NULL,
            options TEXT NOT NULL, used INTEGER, container TEXT, removed INTEGER NOT NULL, expires INTEGER NOT NULL, bytes INTEGER) WITHOUT ROWID;
        """,
    ];

    /// <summary>The column that containers got later.</summary>
    public static readonly string[] EndingSchema = ["ALTER TABLE trashed_containers ADD COLUMN ending TEXT"];

    private const string Endpoints = "network, container, device, ip, ip6, mac", VolumeColumns = "name, created, labels, anonymous, options";

    // What a container that does not run has for a status, whatever its removal has made of that.
    private const string Restful = "CASE WHEN started IS NULL THEN 0 ELSE 2 END";

    /// <summary>Moves a container's rows to here.</summary>
    public void TakeContainer(string id, DateTimeOffset removed, DateTimeOffset expires, long? bytes)
    {
        string kept = ContainerTable.Columns.Replace("status", Restful, StringComparison.Ordinal).Replace("restarting", "0", StringComparison.Ordinal);
        database.Execute($"INSERT INTO trashed_containers ({ContainerTable.Columns}, removed, expires, bytes) SELECT {kept}, $removed, $expires, $bytes FROM containers WHERE id = $id",
            ("$id", id), ("$removed", removed.UtcTicks), ("$expires", expires.UtcTicks), ("$bytes", bytes));
        database.Execute($"INSERT INTO trashed_endpoints ({Endpoints}) SELECT {Endpoints} FROM endpoints WHERE container = $id", ("$id", id));
    }

    /// <summary>Moves them back, under a name that is free. Networks that are gone, and addresses that others have by now, are left out.</summary>
    public void GiveContainerBack(string id, string name)
    {
        string kept = ContainerTable.Columns.Replace(" name,", " $name,", StringComparison.Ordinal);
        database.Execute($"INSERT INTO containers ({ContainerTable.Columns}) SELECT {kept} FROM trashed_containers WHERE id = $id", ("$id", id), ("$name", name));
        database.Execute($"INSERT OR IGNORE INTO endpoints ({Endpoints}) SELECT {Endpoints} FROM trashed_endpoints WHERE container = $id AND network IN (SELECT id FROM networks)", ("$id", id));
        DeleteContainer(id);
    }

    /// <summary>Calls a container by another name.</summary>
    public void SetName(string id, string name) => database.Execute("UPDATE trashed_containers SET name = $name WHERE id = $id", ("$id", id), ("$name", name));

    public void DeleteContainer(string id)
    {
        database.Execute("DELETE FROM trashed_endpoints WHERE container = $id", ("$id", id));
        database.Execute("DELETE FROM trashed_containers WHERE id = $id", ("$id", id));
    }

    /// <summary>The container as it was; null where it is not here.</summary>
    public ContainerRecord? FindContainer(string id) =>
        database.Query($"SELECT {ContainerTable.Columns} FROM trashed_containers WHERE id = $id", ContainerTable.Read, ("$id", id)).FirstOrDefault();

    /// <inheritdoc cref="ContainerTable.EndingOf"/>
    public ExitRecord? EndingOf(string id) => ContainerTable.EndingIn("trashed_containers", database, id);

    /// <summary>The images that containers here stand on, or mount.</summary>
    public IEnumerable<Digest> Images() => ContainerTable.ImagesIn("trashed_containers", database);

    /// <summary>Whether a container here stands on an image, or mounts it.</summary>
    public bool NeedsImage(Digest image) =>
        database.Query($"SELECT {ContainerTable.Columns} FROM trashed_containers WHERE image_id = $image OR instr(request, $image) > 0", ContainerTable.Read, ("$image", image.ToString()))
            .Exists(c => ContainerTable.ImagesOf(c).Contains(image));

    /// <summary>Copies a volume's row to here.</summary>
    public void TakeVolume(string name, string place, string? container, DateTimeOffset removed, DateTimeOffset expires) =>
        database.Execute(
            $"""
            INSERT INTO trashed_volumes (place, {VolumeColumns}, used, container, removed, expires)
            SELECT $place, {VolumeColumns}, (SELECT used FROM volume_uses WHERE volume = $name), $container, $removed, $expires FROM volumes WHERE name = $name
            """,
            ("$name", name), ("$place", place), ("$container", container), ("$removed", removed.UtcTicks), ("$expires", expires.UtcTicks));

    /// <summary>Moves it back; false where another has the name by now.</summary>
    public bool GiveVolumeBack(string place)
    {
        bool free = database.Execute($"INSERT OR IGNORE INTO volumes ({VolumeColumns}) SELECT {VolumeColumns} FROM trashed_volumes WHERE place = $place", ("$place", place)) > 0;
        if (free)
        {
            database.Execute("INSERT INTO volume_uses (volume, used) SELECT name, used FROM trashed_volumes WHERE place = $place AND used IS NOT NULL", ("$place", place));
            DeleteVolume(place);
        }
        return free;
    }

    public void DeleteVolume(string place) => database.Execute("DELETE FROM trashed_volumes WHERE place = $place", ("$place", place));

    /// <summary>Everything, what was removed last first.</summary>
    public List<TrashedItem> List() => database.Query(
        """
        SELECT 0, id, name, removed, expires, bytes, request, NULL FROM trashed_containers
        UNION ALL SELECT 1, place, name, removed, expires, bytes, NULL, container FROM trashed_volumes
        ORDER BY 4 DESC, 2
        """, Read);

    public void SetBytes(TrashedItem item, long bytes) => database.Execute(
        item.Kind is TrashedKind.Container ? "UPDATE trashed_containers SET bytes = $bytes WHERE id = $id" : "UPDATE trashed_volumes SET bytes = $bytes WHERE place = $id",
        ("$id", item.Id), ("$bytes", bytes));

    /// <summary>How many there are, what they take as far as that is measured, how many are not measured, and when the first expires.</summary>
    public (long Count, long Bytes, long Unmeasured, DateTimeOffset? FirstExpiry) Sum() => database.Query(
        """
        SELECT count(*), coalesce(sum(bytes), 0), count(*) - count(bytes), min(expires) FROM (
            SELECT bytes, expires FROM trashed_containers UNION ALL SELECT bytes, expires FROM trashed_volumes)
        """,
        static r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.IsNull(3) ? (DateTimeOffset?)null : Time(r.GetInt64(3))))[0];

    private static TrashedItem Read(Row row)
    {
        var kind = (TrashedKind)row.GetInt32(0);
        return new(kind, row.GetString(1), row.GetString(2), Time(row.GetInt64(3)), Time(row.GetInt64(4)), row.IsNull(5) ? null : row.GetInt64(5))
        {
            Image = row.IsNull(6) ? null : ContainerRequestJson.Read(row.GetString(6)).Image,
            Container = row.IsNull(7) ? null : row.GetString(7),
        };
    }

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
