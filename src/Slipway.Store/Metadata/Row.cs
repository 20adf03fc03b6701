using Slipway.Oci;
using SQLitePCL;

namespace Slipway.Store.Metadata;

/// <summary>The row that a query stands on; gone with the next. Columns count from 0.</summary>
public readonly struct Row
{
    private readonly sqlite3_stmt _statement;

    internal Row(sqlite3_stmt statement) => _statement = statement;

    /// <summary>Whether the column is NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>A text.</summary>
    /// <exception cref="InvalidOperationException">It is NULL; so of the next ones.</exception>
    public string GetString(int column) => raw.sqlite3_column_text(NotNull(column), column).utf8_to_string();

    /// <summary>A digest, as <c>sha256:HEX</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public Digest GetDigest(int column) => Digest.Parse(raw.sqlite3_column_blob(NotNull(column), column));

    /// <summary>A number.</summary>
    public long GetInt64(int column) => raw.sqlite3_column_int64(NotNull(column), column);

    /// <inheritdoc cref="GetInt64"/>
    public int GetInt32(int column) => raw.sqlite3_column_int(NotNull(column), column);

    /// <summary>Bytes.</summary>
    public byte[] GetBytes(int column) => raw.sqlite3_column_blob(NotNull(column), column).ToArray();

    private sqlite3_stmt NotNull(int column) => IsNull(column) ? throw new InvalidOperationException($"column {column} is NULL") : _statement;
}
