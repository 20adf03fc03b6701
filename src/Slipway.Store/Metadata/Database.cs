using Slipway.Oci;

namespace Slipway.Store.Metadata;

// slipway.db: SQLite 3, WAL. Every room makes its own tables and counts their versions in the one table of this file:
//   schema(room TEXT PRIMARY KEY, version INTEGER)   -- version = how many of the room's migration steps have been done
// A step, once released, never changes; a new layout is a new step behind it.

/// <summary>
/// All mutable state, shared by every process that has the store open. The connection is opened on first use and kept.
/// Calls from several threads take turns; a transaction belongs to the thread that began it.
/// </summary>
public sealed partial class Database : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly Dictionary<string, Statement> _prepared = new(StringComparer.Ordinal);
    private Connection? _connection;
    private Dictionary<string, int>? _versions;
    private bool _inTransaction;
    private bool _checkpointAfterCommit;
    private bool _disposed;
    private bool _logIsTended;

    /// <summary>Names the file; nothing is opened yet.</summary>
    public Database(string path) => _path = Path.GetFullPath(path);

    /// <summary>Runs one statement.</summary>
    /// <returns>How many rows it changed.</returns>
    /// <exception cref="SlipwayException">The database is busy for longer than ten seconds, full or damaged.</exception>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> args)
    {
        lock (_gate)
        {
            TendLog();
            Statement statement = Take(sql);
            try
            {
                statement.Bind(args);
                while (statement.Step(out _))
                {
                }
                return _connection!.Changes;
            }
            finally
            {
                Give(statement);
            }
        }
    }

    /// <summary>Runs one query and reads every row.</summary>
    /// <exception cref="SlipwayException">The database is busy for longer than ten seconds, full or damaged.</exception>
    public List<T> Query<T>(string sql, Func<Row, T> read, params ReadOnlySpan<(string Name, object? Value)> args)
    {
        lock (_gate)
        {
            Statement statement = Take(sql);
            try
            {
                statement.Bind(args);
                var rows = new List<T>();
                while (statement.Step(out Row row))
                    rows.Add(read(row));
                return rows;
            }
            finally
            {
                Give(statement);
            }
        }
    }

    /// <summary>
    /// Runs <paramref name="body"/> in one transaction that holds the write lock from its start (BEGIN IMMEDIATE), so that what it reads
    /// stays true until it commits. An exception rolls everything back. Inside another transaction it becomes part of that one.
    /// </summary>
    /// <param name="body">What to do; it must not wait for another process.</param>
    /// <param name="durable">Wait until the commit has reached the disk. Without it a power cut may take the last commits, in order, and never tears one.</param>
    public T InTransaction<T>(Func<T> body, bool durable = false)
    {
        lock (_gate)
        {
            if (_inTransaction)
            {
                _checkpointAfterCommit |= durable;
                return body();
            }
            TendLog();
            if (durable)
                _connection!.Run("PRAGMA synchronous=FULL");
            try
            {
                return RunTransaction(body, "BEGIN IMMEDIATE", durable);
            }
            finally
            {
                if (durable)
                    _connection!.Run("PRAGMA synchronous=NORMAL");
            }
        }
    }

    /// <summary>Runs several queries on one state of the database, without keeping others from writing meanwhile.</summary>
    public T InSnapshot<T>(Func<T> body)
    {
        lock (_gate)
        {
            if (_inTransaction)
                return body();
            Open();
            return RunTransaction(body, "BEGIN", durable: false);
        }
    }

    /// <inheritdoc cref="InTransaction{T}(Func{T}, bool)"/>
    public void InTransaction(Action body, bool durable = false) =>
        InTransaction(() =>
        {
            body();
            return true;
        }, durable);

    /// <summary>
    /// Brings a room's tables up to date: <c>steps[i]</c> leads from version i to i+1. Costs nothing when nothing is to be done.
    /// </summary>
    /// <exception cref="SlipwayException">NotSupported: the store was written by a newer Slipway.</exception>
    public void Migrate(string room, IReadOnlyList<string> steps)
    {
        lock (_gate)
        {
            Open();
            if (_versions!.GetValueOrDefault(room) == steps.Count)
                return;
            InTransaction(() =>
            {
                // Another process may have done it since we read.
                int version = ReadVersions().GetValueOrDefault(room);
                if (version > steps.Count)
                    throw new SlipwayException(ErrorKind.NotSupported, $"open '{_path}': its {room} tables are of version {version}, newer than this program's {steps.Count}");
                foreach (string step in steps.Skip(version))
                    _connection!.Run(step);
                Execute("INSERT INTO schema(room, version) VALUES(@room, @version) ON CONFLICT(room) DO UPDATE SET version = @version", ("@room", room), ("@version", steps.Count));
            });
            _versions = ReadVersions();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (Statement statement in _prepared.Values)
                statement.Dispose();
            _prepared.Clear();
            Close();
        }
    }

    private T RunTransaction<T>(Func<T> body, string begin, bool durable)
    {
        _connection!.Run(begin);
        _inTransaction = true;
        _checkpointAfterCommit = false;
        try
        {
            T result = body();
            _connection.Run("COMMIT");
            _inTransaction = false;
            // An inner transaction asked to be on the disk when the outer one did not: a checkpoint syncs the log.
            if (_checkpointAfterCommit && !durable)
                _connection.Run("PRAGMA wal_checkpoint(PASSIVE)");
            return result;
        }
        catch
        {
            // A full disk may have ended it already; and what failed first is what the caller must hear of.
            if (_connection.InTransaction)
                _connection.TryRun("ROLLBACK");
            throw;
        }
        finally
        {
            _inTransaction = false;
        }
    }
}
