using System.Text;
using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Store.Metadata;

namespace Slipway.Engine.Volumes;

/// <summary>
/// The rows of the volumes: <c>volumes: name, created (UTC ticks), labels (JSON object), anonymous (0, 1), options (JSON object)</c>, and who uses them:
/// <c>volume_users: volume, container</c>. When it was last mounted by containers that are gone: <c>volume_uses: volume, used (UTC ticks)</c>.
/// </summary>
internal sealed class VolumeTable(Database database, string volumesRoot)
{
    public static readonly string[] Schema =
    [
        "CREATE TABLE volumes (name TEXT PRIMARY KEY, created INTEGER NOT NULL, labels TEXT NOT NULL, anonymous INTEGER NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE volume_users (volume TEXT NOT NULL REFERENCES volumes (name), container TEXT NOT NULL,
            PRIMARY KEY (volume, container)) WITHOUT ROWID
        """,
        "CREATE INDEX volume_users_container ON volume_users (container)",
    ];

    /// <summary>Steps of a room of their own, so that they can grow.</summary>
    public static readonly string[] UsesSchema =
    [
        "CREATE TABLE volume_uses (volume TEXT PRIMARY KEY REFERENCES volumes (name) ON DELETE CASCADE, used INTEGER NOT NULL) WITHOUT ROWID",
        "ALTER TABLE volumes ADD COLUMN options TEXT NOT NULL DEFAULT '{}'",
    ];

    public string PathOf(string name) => Path.Combine(DirectoryOf(name), "_data");

    public string DirectoryOf(string name) => Path.Combine(volumesRoot, name);

    /// <summary>Several calls as one; see <see cref="Database.InTransaction{T}(Func{T}, bool)"/>.</summary>
    public T InTransaction<T>(Func<T> body) => database.InTransaction(body);

    /// <summary>Adds a row unless there is one; true where it was added.</summary>
    public bool TryInsert(string name, DateTimeOffset created, IReadOnlyDictionary<string, string> labels, bool anonymous, IReadOnlyDictionary<string, string> options) =>
        database.Execute(
            "INSERT OR IGNORE INTO volumes (name, created, labels, anonymous, options) VALUES ($name, $created, $labels, $anonymous, $options)",
            ("$name", name), ("$created", created.UtcTicks),
            ("$labels", Text(labels)), ("$anonymous", anonymous ? 1 : 0), ("$options", Text(options))) > 0;

    public VolumeRecord? Find(string name) =>
        database.Query("SELECT name, created, labels, anonymous, options FROM volumes WHERE name = $name", Read, ("$name", name)).FirstOrDefault();

    public List<VolumeRecord> List() => database.Query("SELECT name, created, labels, anonymous, options FROM volumes ORDER BY name", Read);

    public void AddUser(string volume, string container) =>
        database.Execute("INSERT OR IGNORE INTO volume_users (volume, container) VALUES ($volume, $container)", ("$volume", volume), ("$container", container));

    public void RemoveUser(string container) => database.Execute("DELETE FROM volume_users WHERE container = $container", ("$container", container));

    /// <summary>Notes when a container last had its volumes.</summary>
    public void SetUsedBy(string container, DateTimeOffset time) =>
        database.Execute(
            """
            INSERT INTO volume_uses (volume, used) SELECT volume, $time FROM volume_users WHERE container = $container
            ON CONFLICT (volume) DO UPDATE SET used = max(used, $time)
            """, ("$container", container), ("$time", time.UtcTicks));

    /// <summary>When each volume was last mounted, by containers that are there and those that are gone.</summary>
    public Dictionary<string, DateTimeOffset> LastUses() => database.Query(
        """
        SELECT volume, max(used) FROM (
            SELECT volume, used FROM volume_uses
            UNION ALL SELECT volume, started FROM volume_users JOIN containers ON id = container WHERE started IS NOT NULL)
        GROUP BY volume
        """, static r => KeyValuePair.Create(r.GetString(0), new DateTimeOffset(r.GetInt64(1), TimeSpan.Zero))).ToDictionary();

    public List<string> UsersOf(string volume) =>
        database.Query("SELECT container FROM volume_users WHERE volume = $volume", r => r.GetString(0), ("$volume", volume));

    public List<VolumeRecord> AnonymousOf(string container) =>
        database.Query(
            """
            SELECT name, created, labels, anonymous, options FROM volumes JOIN volume_users ON volume = name
            WHERE container = $container AND anonymous = 1
            """, Read, ("$container", container));

    /// <summary>Deletes the row where nothing uses it; false where something does.</summary>
    public bool TryDelete(string name) =>
        database.Execute(
            "DELETE FROM volumes WHERE name = $name AND NOT EXISTS (SELECT 1 FROM volume_users WHERE volume = $name)", ("$name", name)) > 0;

    private VolumeRecord Read(Row row)
    {
        Dictionary<string, string> labels = Map(row.GetString(2));
        bool anonymous = row.GetInt32(3) != 0;
        // Only shown: the column is what is asked.
        if (anonymous)
            labels[VolumeRecord.AnonymousLabel] = "";
        return new(row.GetString(0), PathOf(row.GetString(0)), new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero), labels, anonymous, Map(row.GetString(4)));
    }

    private static string Text(IReadOnlyDictionary<string, string> map) => Encoding.UTF8.GetString(JsonWriter.Document(map, static (json, map) => json.Members(map)));

    private static Dictionary<string, string> Map(string text) =>
        JsonReader.Read(Encoding.UTF8.GetBytes(text), "a volume's row", ErrorKind.Corrupt, static (scoped ref JsonReader json) => json.StringMap());
}
