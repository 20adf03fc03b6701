using Slipway.Store.Metadata;

namespace Slipway.Engine.Pruning;

/// <summary>
/// The plans that were made and not carried out (room "prune").
/// <code>
/// prune_plans: id, created, expires, purge (0, 1)                                            times: UTC ticks
/// prune_items: plan, position, kind (PruneKind by name), id, name, reason, bytes, last_use
/// </code>
/// </summary>
internal sealed class PlanTable(Database database)
{
    public static readonly string[] Schema =
    [
        """
        CREATE TABLE prune_plans (id TEXT PRIMARY KEY, created INTEGER NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE prune_items (plan TEXT NOT NULL REFERENCES prune_plans (id) ON DELETE CASCADE, position INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
            name TEXT NOT NULL, reason TEXT NOT NULL, bytes INTEGER NOT NULL, last_use INTEGER, PRIMARY KEY (plan, position)) WITHOUT ROWID;
        """,
    ];

    /// <summary>Steps of a room of their own, so that they can grow.</summary>
    public static readonly string[] PurgeSchema = ["ALTER TABLE prune_plans ADD COLUMN purge INTEGER NOT NULL DEFAULT 0"];

    /// <summary>Keeps a plan, and forgets those that have expired.</summary>
    public void Insert(PrunePlan plan) => database.InTransaction(() =>
    {
        database.Execute("DELETE FROM prune_plans WHERE expires <= $now", ("$now", plan.Created.UtcTicks));
        database.Execute("INSERT INTO prune_plans (id, created, expires, purge) VALUES ($id, $created, $expires, $purge)",
            ("$id", plan.Id), ("$created", plan.Created.UtcTicks), ("$expires", plan.Expires.UtcTicks), ("$purge", plan.Purge ? 1 : 0));
        for (int i = 0; i < plan.Candidates.Count; i++)
        {
            PruneCandidate item = plan.Candidates[i];
            database.Execute("INSERT INTO prune_items (plan, position, kind, id, name, reason, bytes, last_use) VALUES ($plan, $position, $kind, $id, $name, $reason, $bytes, $last)",
                ("$plan", plan.Id), ("$position", i), ("$kind", item.Kind.ToString()), ("$id", item.Id), ("$name", item.Name), ("$reason", item.Reason), ("$bytes", item.Bytes),
                ("$last", item.LastUse?.UtcTicks));
        }
    });

    /// <summary>The plan; null where there is none, or it has expired.</summary>
    public PrunePlan? Find(string id, DateTimeOffset now) => database.InSnapshot(() => database.Query(
        "SELECT id, created, expires, purge FROM prune_plans WHERE id = $id AND expires > $now",
        r => new PrunePlan(r.GetString(0), Time(r.GetInt64(1)), Time(r.GetInt64(2)), ItemsOf(id)) { Purge = r.GetInt32(3) != 0 }, ("$id", id), ("$now", now.UtcTicks)).FirstOrDefault());

    public void Delete(string id) => database.Execute("DELETE FROM prune_plans WHERE id = $id", ("$id", id));

    private List<PruneCandidate> ItemsOf(string plan) => database.Query(
        "SELECT kind, id, name, reason, bytes, last_use FROM prune_items WHERE plan = $plan ORDER BY position",
        static r => new PruneCandidate(Enum.Parse<PruneKind>(r.GetString(0)), r.GetString(1))
        {
            Name = r.GetString(2),
            Reason = r.GetString(3),
            Bytes = r.GetInt64(4),
            LastUse = r.IsNull(5) ? null : Time(r.GetInt64(5)),
        }, ("$plan", plan));

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
