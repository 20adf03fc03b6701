using SQLitePCL;
using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Store.Metadata;

/// <summary>
/// SQLite's own interface with its errors explained. No ADO.NET between: that alone took a millisecond of every <c>slip</c>, and a thread.
/// </summary>
internal sealed class Connection : IDisposable
{
    // sqlite3.h: SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE.
    private const int NoCheckpointOnClose = 1006;
    private const int BusyMilliseconds = 10_000;

    /// <summary>How many pages the log has when a commit empties it into the file.</summary>
    public const int CheckpointPages = 256;


    // Of an error's code, the class.
    private const int PrimaryCode = 0xff;

    private readonly string _path;
    private readonly sqlite3 _handle;

    static Connection() => raw.SetProvider(new SQLite3Provider_sqlite3());

    /// <summary>Opens the file, and makes it where there is none.</summary>
    /// <exception cref="DatabaseException">Denied, Exhausted.</exception>
    public Connection(string path)
    {
        _path = path;
        // Calls take turns at the Database already.
        int code = raw.sqlite3_open_v2(path, out _handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        try
        {
            Check(code);
            Check(raw.sqlite3_busy_timeout(_handle, BusyMilliseconds));
            // The last process to close would otherwise write the log back and sync, milliseconds on every `slip`.
            // A log left behind is read again by the next to open, so it is kept short.
            Check(raw.sqlite3_db_config(_handle, NoCheckpointOnClose, 1, out _));
            Check(raw.sqlite3_db_config(_handle, raw.SQLITE_DBCONFIG_ENABLE_FKEY, 1, out _));
            Check(raw.sqlite3_wal_autocheckpoint(_handle, CheckpointPages));
            Run("PRAGMA synchronous=NORMAL");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether a transaction is open.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Rows that the last statement inserted, changed or deleted.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>Runs statements that give no rows.</summary>
    public void Run(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>Runs one that may fail without anybody's harm.</summary>
    public void TryRun(string sql) => _ = raw.sqlite3_exec(_handle, sql);

    /// <summary>Compiles one statement.</summary>
    public sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_handle, sql, out sqlite3_stmt statement));
        return statement;
    }

    /// <summary>Throws where a call did not succeed.</summary>
    public void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw Explain(code);
    }

    /// <summary>The error of a call that has just failed.</summary>
    public DatabaseException Explain(int code)
    {
        ErrorKind kind = (code & PrimaryCode) switch
        {
            raw.SQLITE_FULL => ErrorKind.Exhausted,
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => ErrorKind.Corrupt,
            raw.SQLITE_PERM or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN => ErrorKind.Denied,
            raw.SQLITE_BUSY or raw.SQLITE_CONSTRAINT => ErrorKind.Conflict,
            _ => ErrorKind.Internal,
        };
        string why = (code & PrimaryCode) switch
        {
            raw.SQLITE_FULL => LinuxException.Explain(Errno.ENOSPC),
            raw.SQLITE_READONLY => LinuxException.Explain(Errno.EROFS),
            _ => $"{raw.sqlite3_errmsg(_handle).utf8_to_string()} ({code})",
        };
        return new DatabaseException(kind, code & PrimaryCode, $"use the database '{_path}': {why}");
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
