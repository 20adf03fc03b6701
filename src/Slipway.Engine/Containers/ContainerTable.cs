using Slipway.Engine.Containers.Requests;
using Slipway.Oci;
using Slipway.Runtime.State;
using Slipway.Store.Metadata;

namespace Slipway.Engine.Containers;

/// <summary>
/// The rows of the containers.
/// <code>
/// containers: id, name (unique), image_id, request (JSON of ContainerRequest), created, status, pid,
///             started, finished, exit_code, oom, error, restarts, restart_wait (ms), stopped, restarting, health_noted, oom_noted,
///             ending (the last run's exit.json, whole; null: never ended, or the last start failed)
///             times: UTC ticks; status: ContainerStatus
/// </code>
/// A new column is a new step of <see cref="Schema"/>, never a change of an old one.
/// </summary>
internal sealed class ContainerTable(Database database)
{
    public static readonly string[] Schema =
    [
        """
        CREATE TABLE containers (
            id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, image_id TEXT NOT NULL, request TEXT NOT NULL, created INTEGER NOT NULL,
            status INTEGER NOT NULL, pid INTEGER NOT NULL DEFAULT 0, started INTEGER, finished INTEGER,
            exit_code INTEGER NOT NULL DEFAULT 0, oom INTEGER NOT NULL DEFAULT 0, error TEXT) WITHOUT ROWID
        """,
        "CREATE INDEX containers_image ON containers (image_id)",
    ];

    /// <summary>What restarts need. <c>restarting</c>: it has ended and is to be started again, if it wasn't a reboot that ended it.</summary>
    public static readonly string[] RestartSchema =
    [
        "ALTER TABLE containers ADD COLUMN restarts INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE containers ADD COLUMN restart_wait INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE containers ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE containers ADD COLUMN restarting INTEGER NOT NULL DEFAULT 0",
    ];

    /// <summary>Until when a container's files have been made events of (UTC ticks): changes of its health, and when memory ran out.</summary>
    public static readonly string[] NotedSchema =
    [
        "ALTER TABLE containers ADD COLUMN health_noted INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE containers ADD COLUMN oom_noted INTEGER NOT NULL DEFAULT 0",
    ];

    /// <summary>The black box: how the last run ended, in all that its monitor said.</summary>
    public static readonly string[] EndingSchema = ["ALTER TABLE containers ADD COLUMN ending TEXT"];

    /// <summary>All columns, first those that a record is read from, in its order.</summary>
    internal const string Columns =
        "id, name, image_id, request, created, status, pid, started, finished, exit_code, oom, error, restarts, restart_wait, stopped, restarting, health_noted, oom_noted, ending";

    /// <summary>Adds a row; false where the name is taken, by whichever process was first.</summary>
    public bool TryInsert(ContainerRecord record) =>
        database.Execute(
            "INSERT OR IGNORE INTO containers (id, name, image_id, request, created, status) VALUES ($id, $name, $image, $request, $created, $status)",
            ("$id", record.Id), ("$name", record.Name), ("$image", record.ImageId.ToString()),
            ("$request", ContainerRequestJson.Write(record.Request)),
            ("$created", record.Created.UtcTicks), ("$status", (int)record.Status)) > 0;

    public ContainerRecord? FindById(string id) =>
        database.Query($"SELECT {Columns} FROM containers WHERE id = $id", Read, ("$id", id)).FirstOrDefault();

    public ContainerRecord? FindByName(string name) =>
        database.Query($"SELECT {Columns} FROM containers WHERE name = $name", Read, ("$name", name)).FirstOrDefault();

    /// <summary>Those whose id begins so; at most two, since that is enough to say "ambiguous".</summary>
    public List<ContainerRecord> FindByPrefix(string prefix) =>
        database.Query($"SELECT {Columns} FROM containers WHERE id >= $from AND id < $to LIMIT 2", Read, ("$from", prefix), ("$to", prefix + "g"));

    /// <summary>All, newest first.</summary>
    public List<ContainerRecord> List() => database.Query($"SELECT {Columns} FROM containers ORDER BY created DESC, id", Read);

    public List<ContainerRecord> ListByImage(Digest image) =>
        database.Query($"SELECT {Columns} FROM containers WHERE image_id = $image ORDER BY created DESC, id", Read, ("$image", image.ToString()));

    /// <summary>Those that stand on an image, and those that mount it elsewhere.</summary>
    public List<ContainerRecord> ListUsers(Digest image)
    {
        // The digest stands in the request's text where it is mounted; where it stands there for another reason, the request says so.
        List<ContainerRecord> named = database.Query($"SELECT {Columns} FROM containers WHERE instr(request, $image) > 0", Read, ("$image", image.ToString()));
        return [.. ListByImage(image), .. named.Where(c => c.ImageId != image && ImagesOf(c).Contains(image))];
    }

    public void SetName(string id, string name) => database.Execute("UPDATE containers SET name = $name WHERE id = $id", ("$id", id), ("$name", name));

    public void SetRequest(string id, ContainerRequest request) =>
        database.Execute("UPDATE containers SET request = $request WHERE id = $id", ("$id", id), ("$request", ContainerRequestJson.Write(request)));

    /// <summary>The images that containers stand on or mount, but these containers.</summary>
    public IEnumerable<Digest> ImagesInUse(IReadOnlySet<string> except) =>
        List().Where(c => !except.Contains(c.Id)).SelectMany(ImagesOf).Distinct();

    /// <summary>The images that containers stand on, or mount.</summary>
    public IEnumerable<Digest> Images() => ImagesIn("containers", database);

    /// <summary>The same of any table of containers. Requests may be long, and hardly one mounts an image: only those that do are read.</summary>
    public static IEnumerable<Digest> ImagesIn(string table, Database database) =>
        database.Query($"SELECT DISTINCT image_id FROM {table}", static r => Digest.Parse(r.GetString(0)))
            .Union(database.Query($"SELECT {Columns} FROM {table} WHERE instr(request, $mount) > 0", Read, ("$mount", MountRequestJson.OfAnImage)).SelectMany(ImagesOf));

    /// <summary>The image that a container stands on, and those that it mounts: their ids were written down when it was made.</summary>
    public static IReadOnlyList<Digest> ImagesOf(ContainerRecord container) =>
        [container.ImageId, .. container.Request.Mounts.Where(m => m.Kind is MountKind.Image && m.Options is not null).Select(m => Digest.Parse(m.Options!))];

    /// <summary>It runs. False where that was known: whoever started it and whoever sees it run both say so.</summary>
    public bool SetRunning(string id, int pid, DateTimeOffset started) =>
        database.Execute(
            """
            UPDATE containers SET status = $status, pid = $pid, started = $started, exit_code = 0, oom = 0, error = NULL, restarting = 0
                WHERE id = $id AND NOT (status = $status AND pid = $pid AND started = $started)
            """,
            ("$id", id), ("$status", (int)ContainerStatus.Running), ("$pid", pid), ("$started", started.UtcTicks)) > 0;

    /// <summary>A run has ended, with what its monitor said of it.</summary>
    public void SetExited(string id, ExitRecord exit, bool restarting) =>
        database.Execute(
            """
            UPDATE containers SET status = $status, pid = 0, started = $started, finished = $finished,
                exit_code = $exit, oom = $oom, error = $error, restarting = $restarting, ending = $ending WHERE id = $id
            """,
            ("$id", id), ("$status", (int)ContainerStatus.Exited), ("$started", exit.StartedAt.UtcTicks), ("$finished", exit.FinishedAt.UtcTicks),
            ("$exit", exit.ExitCode), ("$oom", exit.OomKilled ? 1 : 0), ("$error", exit.Error), ("$restarting", restarting ? 1 : 0), ("$ending", exit.ToJson()));

    /// <summary>How its last run ended; null where it has not, its last start failed, or an older version of ours saw it.</summary>
    public ExitRecord? EndingOf(string id) => EndingIn("containers", database, id);

    internal static ExitRecord? EndingIn(string table, Database database, string id) =>
        database.Query($"SELECT ending FROM {table} WHERE id = $id AND ending IS NOT NULL", static r => ExitRecord.FromJson(r.GetString(0)), ("$id", id)).FirstOrDefault();

    /// <summary>A start that failed leaves the state as it was, with the reason.</summary>
    public void SetStartFailed(string id, int exitCode, string error) =>
        database.Execute("UPDATE containers SET exit_code = $exit, error = $error, restarting = 0, ending = NULL WHERE id = $id", ("$id", id), ("$exit", exitCode), ("$error", error));

    /// <summary>Somebody stops it: it is not to be started again.</summary>
    public void SetStopped(string id) => database.Execute("UPDATE containers SET stopped = 1, restarting = 0 WHERE id = $id", ("$id", id));

    /// <summary>It is not to be started again, for now.</summary>
    public void ClearRestarting(string id) => database.Execute("UPDATE containers SET restarting = 0 WHERE id = $id", ("$id", id));

    /// <summary>Before a start: how often and after which wait its policy has done it by now; 0 where somebody does.</summary>
    public void SetRestarts(string id, int restarts, int milliseconds) =>
        database.Execute("UPDATE containers SET restarts = $restarts, restart_wait = $wait, stopped = 0 WHERE id = $id", ("$id", id), ("$restarts", restarts), ("$wait", milliseconds));

    /// <summary>What happened until then is among the events.</summary>
    public void SetNoted(string id, DateTimeOffset health, DateTimeOffset oom) =>
        database.Execute("UPDATE containers SET health_noted = $health, oom_noted = $oom WHERE id = $id", ("$id", id), ("$health", health.UtcTicks), ("$oom", oom.UtcTicks));

    public void SetRemoving(string id) =>
        database.Execute("UPDATE containers SET status = $status WHERE id = $id", ("$id", id), ("$status", (int)ContainerStatus.Removing));

    public void Delete(string id) => database.Execute("DELETE FROM containers WHERE id = $id", ("$id", id));

    internal static ContainerRecord Read(Row row) => new()
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        ImageId = Digest.Parse(row.GetString(2)),
        Request = ContainerRequestJson.Read(row.GetString(3)),
        Created = Time(row.GetInt64(4)),
        Status = (ContainerStatus)row.GetInt32(5),
        Pid = row.GetInt32(6),
        StartedAt = row.IsNull(7) ? null : Time(row.GetInt64(7)),
        FinishedAt = row.IsNull(8) ? null : Time(row.GetInt64(8)),
        ExitCode = row.GetInt32(9),
        OomKilled = row.GetInt32(10) != 0,
        Error = row.IsNull(11) ? null : row.GetString(11),
        Restarts = row.GetInt32(12),
        RestartMilliseconds = row.GetInt32(13),
        IsStoppedByHand = row.GetInt32(14) != 0,
        IsRestarting = row.GetInt32(15) != 0,
        HealthNoted = Time(row.GetInt64(16)),
        OomNoted = Time(row.GetInt64(17)),
    };

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
