using System.Text;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Store;
using Slipway.Store.Metadata;

namespace Slipway.Build.Cache;

// Table (room "failures"):
//   failed_steps(id, created, expires, title, before, after, settings)
//     one row a RUN that failed: what it stood on and what it left, as chain ids (NULL: nothing), and how it ran, as KeptRunJson. created is milliseconds,
//     expires seconds since 1970. Those layers, and what its mounts showed, are kept by the pin "failed/ID" until it expires.

/// <summary>RUN steps that failed, each with the state before and after it, for a day: somebody may want to look.</summary>
public sealed class FailedSteps
{
    /// <summary>The name of the newest.</summary>
    public const string Last = "LAST";

    private const int Most = 10;
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(1);

    private static readonly string[] s_steps =
    [
        """
        CREATE TABLE failed_steps(id TEXT PRIMARY KEY, created INTEGER NOT NULL, expires INTEGER NOT NULL, title TEXT NOT NULL, before TEXT, after TEXT,
            settings TEXT NOT NULL) WITHOUT ROWID;
        """,
        // Settings were another text before, without mounts: what is kept for a day is no loss.
        """
        DELETE FROM failed_steps;
        DELETE FROM layer_users WHERE user LIKE 'failed/%';
        """,
    ];

    private readonly ImageStorage _store;
    private readonly TimeProvider _clock;

    internal FailedSteps(ImageStorage store, TimeProvider clock)
    {
        (_store, _clock) = (store, clock);
        store.Database.Migrate("failures", s_steps);
    }

    /// <summary>The step of that id, or the newest for <see cref="Last"/>.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    internal FailedStep Get(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        List<FailedStep> found = _store.Database.Query(
            "SELECT id, title, before, after, settings FROM failed_steps WHERE (@id = 'LAST' OR id LIKE @id || '%') AND expires > @now ORDER BY created DESC LIMIT 1",
            Read, ("@id", id == Last || id.All(char.IsAsciiHexDigitLower) ? id : "-"), ("@now", Now));
        return found.Count == 0
            ? throw new SlipwayException(ErrorKind.NotFound, id == Last ? "no step of a build has failed within a day" : $"no such failed step: {Printable.Escape(id)}")
            : found[0];
    }

    /// <summary>Gives up those that have had their day, and the oldest where there are many.</summary>
    /// <returns>Whether there was one: then a collection has something to do.</returns>
    internal bool Expire() => _store.Database.InTransaction(() =>
    {
        List<string> gone = _store.Database.Query(
            "SELECT id FROM failed_steps WHERE expires <= @now OR id NOT IN (SELECT id FROM failed_steps ORDER BY created DESC LIMIT @most)",
            static r => r.GetString(0), ("@now", Now), ("@most", Most));
        gone.ForEach(Remove);
        return gone.Count > 0;
    });

    /// <summary>Gives one up, if it is there.</summary>
    internal void Remove(string id) => _store.Database.InTransaction(() =>
    {
        _store.Database.Execute("DELETE FROM failed_steps WHERE id = @id", ("@id", id));
        _store.Leases.Unpin(PinOf(id));
    });

    /// <summary>All of them, as records of the cache: each with what it left, mounts included. What it stood on is mostly the cache's anyway.</summary>
    internal List<CacheRecord> List() => _store.Database.Query("SELECT id, title, before, after, settings, created FROM failed_steps", r =>
    {
        FailedStep step = Read(r);
        var created = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(5));
        long bytes = new[] { step.After }.OfType<Digest>().Concat(step.Run.OwnLayers).Sum(layer => _store.Layers.Find(layer)?.Bytes ?? 0);
        return new CacheRecord(Digest.Of(Encoding.ASCII.GetBytes(step.Id)), step.After, "failed: " + step.Title, created, created, 1, bytes, IsShared: false, IsInUse: false) { FailedStep = step.Id };
    });

    /// <summary>Keeps a step that failed.</summary>
    /// <returns>Its id.</returns>
    internal string Keep(string title, Digest? before, Digest? after, KeptRun run)
    {
        string id = RandomBytes.Hex256()[..12];
        _store.Database.InTransaction(() =>
        {
            _store.Leases.Pin(PinOf(id), [.. new[] { before, after }.OfType<Digest>(), .. run.Layers]);
            _store.Database.Execute(
                "INSERT INTO failed_steps(id, created, expires, title, before, after, settings) VALUES(@id, @now, @expires, @title, @before, @after, @settings)",
                ("@id", id), ("@now", _clock.GetUtcNow().ToUnixTimeMilliseconds()), ("@expires", Now + (long)s_kept.TotalSeconds), ("@title", title), ("@before", before), ("@after", after),
                ("@settings", KeptRunJson.Write(run)));
        });
        return id;
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The user under which its layers are pinned.</summary>
    internal static string PinOf(string id) => "failed/" + id;

    private static FailedStep Read(Row r) =>
        new(r.GetString(0), r.GetString(1), r.IsNull(2) ? null : Digest.Parse(r.GetString(2)), r.IsNull(3) ? null : Digest.Parse(r.GetString(3)), KeptRunJson.Read(r.GetString(4)));
}
