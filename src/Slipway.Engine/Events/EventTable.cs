using System.Text;
using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Store.Metadata;

namespace Slipway.Engine.Events;

/// <summary>
/// The rows of the events.
/// <code>
/// events: id (rising), time (UTC ticks), type, action, actor, attributes (JSON object of strings)
/// </code>
/// The last ten thousand or so are kept. What is found later, as an end that nobody saw, has its own time and a late number.
/// </summary>
internal sealed class EventTable(Database database)
{
    public static readonly string[] Schema =
    [
        "CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, type TEXT NOT NULL, action TEXT NOT NULL, actor TEXT NOT NULL, attributes TEXT NOT NULL)",
    ];

    private const int Kept = 10_000, Between = 256;

    public void Add(EventRecord record)
    {
        database.Execute(
            "INSERT INTO events (time, type, action, actor, attributes) VALUES ($time, $type, $action, $actor, $attributes)",
            ("$time", record.Time.UtcTicks), ("$type", record.Type), ("$action", record.Action), ("$actor", record.Actor), ("$attributes", Write(record.Attributes)));
        if (record.Time.UtcTicks % Between == 0)
            database.Execute("DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - $kept", ("$kept", Kept));
    }

    public long LastId() => database.Query("SELECT coalesce(max(id), 0) FROM events", static r => r.GetInt64(0))[0];

    public List<EventRecord> After(long id) => database.Query("SELECT id, time, type, action, actor, attributes FROM events WHERE id > $id ORDER BY id", Read, ("$id", id));

    /// <summary>Those of a time, in its order.</summary>
    public List<EventRecord> From(DateTimeOffset since) =>
        database.Query("SELECT id, time, type, action, actor, attributes FROM events WHERE time >= $since ORDER BY time, id", Read, ("$since", since.UtcTicks));

    /// <summary>Whether nothing that happened since then has been given up.</summary>
    public bool GoesBackTo(DateTimeOffset then) =>
        database.Query("SELECT coalesce(min(id), 1) = 1 OR min(time) <= $then FROM events", static r => r.GetInt32(0) != 0, ("$then", then.UtcTicks))[0];

    private static EventRecord Read(Row row) =>
        new(new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero), row.GetString(2), row.GetString(3), row.GetString(4), ReadMap(row.GetString(5))) { Id = row.GetInt64(0) };

    private static Dictionary<string, string> ReadMap(string text) =>
        JsonReader.Read<Dictionary<string, string>>(Encoding.UTF8.GetBytes(text), "an event's row", ErrorKind.Corrupt, static (scoped ref JsonReader json) => json.StringMap());

    private static string Write(IReadOnlyDictionary<string, string> attributes) => Encoding.UTF8.GetString(JsonWriter.Document(attributes, static (json, map) => json.Members(map)));
}
