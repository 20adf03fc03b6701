using Microsoft.Data.Sqlite;
using Slipway.Oci;

namespace Slipway.Store.Metadata;

/// <content>Opening, and the commands that are kept prepared.</content>
public sealed partial class Database
{
    // sqlite3.h: SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE.
    private const int NoCheckpointOnClose = 1006;

    static Database() => SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_sqlite3());

    private void Open()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_connection is not null)
            return;
        bool fresh = !File.Exists(_path);
        // The wrapper sleeps and retries on its own after SQLite's busy handler gave up: its time-out only has to be short.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _path, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();
            _connection = connection;
            // The last process to close would otherwise write the log back and sync, milliseconds on every `slip`.
            // A log left behind is read again by the next to open, so it is kept short.
            _ = SQLitePCL.raw.sqlite3_db_config(connection.Handle, NoCheckpointOnClose, 1, out _);
            Run("PRAGMA busy_timeout=10000; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=256");
            if (fresh)
                Create();
            _versions = ReadVersions();
        }
        catch (SqliteException e)
        {
            _connection = null;
            connection.Dispose();
            throw Explain(e);
        }
    }

    // Two processes may both find it missing: each statement is harmless the second time.
    private void Create()
    {
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Run("PRAGMA journal_mode=WAL");
        Run("CREATE TABLE IF NOT EXISTS schema(room TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID");
    }

    private Dictionary<string, int> ReadVersions()
    {
        List<(string Room, int Version)> rows;
        try
        {
            rows = Query("SELECT room, version FROM schema", static r => (r.GetString(0), r.GetInt32(1)));
        }
        catch (SlipwayException e) when (e.InnerException is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_ERROR })
        {
            // The process that made the file was killed, or has not come further yet.
            Create();
            rows = [];
        }
        return rows.ToDictionary(r => r.Room, r => r.Version, StringComparer.Ordinal);
    }

    private void Run(string sql)
    {
        using SqliteCommand command = _connection!.CreateCommand();
        command.CommandText = sql;
        try
        {
            command.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            throw Explain(e);
        }
    }

    // A command in use is out of the table, so a query inside another's reader never meets its own statement half-way.
    private SqliteCommand Take(string sql, ReadOnlySpan<(string Name, object? Value)> args)
    {
        Open();
        if (!_prepared.Remove(sql, out SqliteCommand? command))
        {
            command = _connection!.CreateCommand();
            command.CommandText = sql;
        }
        foreach ((string name, object? value) in args)
            command.Parameters.AddWithValue(name, value switch { null => DBNull.Value, Digest digest => digest.ToString(), _ => value });
        return command;
    }

    private void Give(SqliteCommand command)
    {
        command.Parameters.Clear();
        if (!_prepared.TryAdd(command.CommandText, command))
            command.Dispose();
    }

    private SlipwayException Explain(SqliteException e)
    {
        ErrorKind kind = e.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_FULL => ErrorKind.Exhausted,
            SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB => ErrorKind.Corrupt,
            SQLitePCL.raw.SQLITE_PERM or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_CANTOPEN => ErrorKind.Denied,
            SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_CONSTRAINT => ErrorKind.Conflict,
            _ => ErrorKind.Internal,
        };
        return new SlipwayException(kind, $"use the database '{_path}': {e.Message}", e);
    }
}
