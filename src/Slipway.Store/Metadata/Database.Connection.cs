using Slipway.Linux.Files;

namespace Slipway.Store.Metadata;

/// <content>Opening, and the statements that are kept prepared.</content>
public sealed partial class Database
{
    // A full disk must not keep anyone from removing things: the log has its room from the beginning. Twice what wal_autocheckpoint lets it grow to.
    private const long LogReserve = 2L << 20;

    // What the log is emptied into has its room too, or the log could never be.
    private const long Growth = 512L << 10;

    private void Open()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_connection is not null)
            return;
        bool fresh = !File.Exists(_path);
        _connection = OwnConnections.Open(_path, static path => FileReserve.TryEnsure(path, (LengthOf(path) / Growth * Growth) + (2 * Growth), create: true));
        try
        {
            if (fresh)
                Create();
            _versions = ReadVersions();
            FileReserve.TryEnsure(_path + "-wal", LogReserve);
        }
        catch
        {
            Close();
            throw;
        }
    }

    // The log begins again with the commit after the one that emptied it; but that it is empty only processes know who have it open, and the next
    // one alone reads all of it again. A row of processes with one commit each would let it grow without end, and each would read and empty more.
    private void TendLog()
    {
        Open();
        if (_logIsTended || _inTransaction)
            return;
        _logIsTended = true;
        // Where the disk is full it waits for another time.
        if (WalLog.HasPages(_path + "-wal", Connection.CheckpointPages))
            _connection!.TryRun("PRAGMA wal_checkpoint(PASSIVE)");
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private void Close()
    {
        if (_connection is { } connection)
            OwnConnections.Close(_path, connection);
        _connection = null;
    }

    /// <summary>Gives up the pages and statements that are kept for the next caller, as there will be none for long.</summary>
    public void ReturnMemory()
    {
        lock (_gate)
        {
            if (_connection is null || _inTransaction)
                return;
            foreach (Statement statement in _prepared.Values)
                statement.Dispose();
            _prepared.Clear();
            _connection.TryRun("PRAGMA shrink_memory");
        }
    }

    // Two processes may both find it missing: each statement is harmless the second time.
    private void Create()
    {
        _connection!.Run("PRAGMA journal_mode=WAL");
        _connection.Run("CREATE TABLE IF NOT EXISTS schema(room TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID");
    }

    private Dictionary<string, int> ReadVersions()
    {
        List<(string Room, int Version)> rows;
        try
        {
            rows = Query("SELECT room, version FROM schema", static r => (r.GetString(0), r.GetInt32(1)));
        }
        catch (DatabaseException e) when (e.Code == SQLitePCL.raw.SQLITE_ERROR)
        {
            // The process that made the file was killed, or has not come further yet.
            Create();
            rows = [];
        }
        return rows.ToDictionary(r => r.Room, r => r.Version, StringComparer.Ordinal);
    }

    // A statement in use is out of the table, so a query inside another's reader never meets its own statement half-way.
    private Statement Take(string sql)
    {
        Open();
        return _prepared.Remove(sql, out Statement? statement) ? statement : new Statement(_connection!, sql);
    }

    private void Give(Statement statement)
    {
        statement.Reset();
        if (!_prepared.TryAdd(statement.Sql, statement))
            statement.Dispose();
    }
}
