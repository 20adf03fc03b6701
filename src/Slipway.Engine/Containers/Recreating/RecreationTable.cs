using Slipway.Store.Metadata;

namespace Slipway.Engine.Containers.Recreating;

/// <summary>A container that is being made again.</summary>
/// <param name="Old">The one that there was.</param>
/// <param name="New">What the one in its place is called until it has the name.</param>
/// <param name="Name">What both are to be called, one after the other.</param>
/// <param name="WasRunning">The old one ran, and is to run again where the new one does not take its place.</param>
/// <param name="IsSwapped">The new one has the name: the old one only is to go.</param>
internal sealed record RecreationRow(string Old, string New, string Name, bool WasRunning, bool IsSwapped);

/// <summary>
/// What is under way, so that whoever comes after a kill knows where it stood (room "recreations"):
/// <c>recreations: old, new, name, was_running, swapped</c>. Whoever is at it holds <c>RUN/locks/OLD.recreate</c>.
/// </summary>
internal sealed class RecreationTable(Database database)
{
    public static readonly string[] Schema =
    [
        "CREATE TABLE recreations (old TEXT PRIMARY KEY, new TEXT NOT NULL, name TEXT NOT NULL, was_running INTEGER NOT NULL, swapped INTEGER NOT NULL) WITHOUT ROWID",
    ];

    public void Insert(RecreationRow row) =>
        database.Execute("INSERT INTO recreations (old, new, name, was_running, swapped) VALUES ($old, $new, $name, $running, 0)",
            ("$old", row.Old), ("$new", row.New), ("$name", row.Name), ("$running", row.WasRunning ? 1 : 0));

    public void SetSwapped(string old) => database.Execute("UPDATE recreations SET swapped = 1 WHERE old = $old", ("$old", old));

    public void Delete(string old) => database.Execute("DELETE FROM recreations WHERE old = $old", ("$old", old));

    public List<RecreationRow> List() => database.Query("SELECT old, new, name, was_running, swapped FROM recreations",
        static r => new RecreationRow(r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt32(3) != 0, r.GetInt32(4) != 0));
}
