using Slipway.Store.Metadata;

namespace Slipway.Engine.Defaults;

/// <summary>The one row of what holds for those who ask for nothing else (room "defaults"): <c>defaults: id (0), value (JSON)</c>; none where nothing was set.</summary>
internal sealed class DefaultsTable(Database database)
{
    public static readonly string[] Schema = ["CREATE TABLE defaults (id INTEGER PRIMARY KEY CHECK (id = 0), value TEXT NOT NULL)"];

    public EngineDefaults Read() =>
        database.Query("SELECT value FROM defaults", static row => row.GetString(0)) is [var text] ? EngineDefaultsJson.Read(text) : EngineDefaults.None;

    /// <summary>Keeps them; writes nothing where they are the same.</summary>
    public void Write(EngineDefaults defaults)
    {
        string text = EngineDefaultsJson.Write(defaults);
        if (text == EngineDefaultsJson.Write(Read()))
            return;
        if (text == EngineDefaultsJson.Write(EngineDefaults.None))
            database.Execute("DELETE FROM defaults");
        else
            database.Execute("INSERT INTO defaults (id, value) VALUES (0, $value) ON CONFLICT (id) DO UPDATE SET value = excluded.value", ("$value", text));
    }
}
