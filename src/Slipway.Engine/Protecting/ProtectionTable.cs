using Slipway.Store.Metadata;

namespace Slipway.Engine.Protecting;

/// <summary>What can be protected.</summary>
public enum ProtectedKind
{
    /// <summary>A container, by its id.</summary>
    Container,

    /// <summary>A volume, by its name.</summary>
    Volume,

    /// <summary>An image, by its digest.</summary>
    Image,
}

/// <summary>Something that every removal and every prune leaves alone.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">A container's id, a volume's name, an image's digest.</param>
/// <param name="Since">From when on.</param>
public sealed record Protection(ProtectedKind Kind, string Id, DateTimeOffset Since);

/// <summary>The rows of what is protected (room "protection"): <c>protections: kind (ProtectedKind), id, since (UTC ticks)</c>.</summary>
internal sealed class ProtectionTable(Database database)
{
    public static readonly string[] Schema =
    [
        "CREATE TABLE protections (kind INTEGER NOT NULL, id TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID",
    ];

    public void Add(ProtectedKind kind, string id, DateTimeOffset since) =>
        database.Execute("INSERT OR IGNORE INTO protections (kind, id, since) VALUES ($kind, $id, $since)", ("$kind", (int)kind), ("$id", id), ("$since", since.UtcTicks));

    /// <summary>Whether it was protected before.</summary>
    public bool Remove(ProtectedKind kind, string id) =>
        database.Execute("DELETE FROM protections WHERE kind = $kind AND id = $id", ("$kind", (int)kind), ("$id", id)) > 0;

    public bool Contains(ProtectedKind kind, string id) =>
        database.Query("SELECT 1 FROM protections WHERE kind = $kind AND id = $id", static _ => true, ("$kind", (int)kind), ("$id", id)).Count > 0;

    public List<Protection> List() =>
        database.Query("SELECT kind, id, since FROM protections ORDER BY kind, since, id",
            static r => new Protection((ProtectedKind)r.GetInt32(0), r.GetString(1), new DateTimeOffset(r.GetInt64(2), TimeSpan.Zero)));
}
