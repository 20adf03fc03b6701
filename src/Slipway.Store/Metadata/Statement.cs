using SQLitePCL;
using Slipway.Oci;

namespace Slipway.Store.Metadata;

/// <summary>One prepared statement of a connection. Bind, step through, reset; then it can be used again.</summary>
internal sealed class Statement(Connection connection, string sql) : IDisposable
{
    private readonly sqlite3_stmt _statement = connection.Prepare(sql);

    /// <summary>The text it was made of.</summary>
    public string Sql => sql;

    /// <summary>Gives every parameter its value.</summary>
    public void Bind(ReadOnlySpan<(string Name, object? Value)> args)
    {
        foreach ((string name, object? value) in args)
        {
            int index = raw.sqlite3_bind_parameter_index(_statement, name);
            connection.Check(value switch
            {
                _ when index == 0 => throw new ArgumentException($"'{sql}' has no parameter {name}"),
                null => raw.sqlite3_bind_null(_statement, index),
                string text => raw.sqlite3_bind_text(_statement, index, text),
                Digest digest => raw.sqlite3_bind_text(_statement, index, digest.ToString()),
                long number => raw.sqlite3_bind_int64(_statement, index, number),
                int number => raw.sqlite3_bind_int64(_statement, index, number),
                byte[] bytes => raw.sqlite3_bind_blob(_statement, index, bytes),
                _ => throw new ArgumentException($"a parameter can't be a {value.GetType()}"),
            });
        }
    }

    /// <summary>Goes to the next row; false at the end, when what it had to change is changed.</summary>
    public bool Step(out Row row)
    {
        row = new Row(_statement);
        int code = raw.sqlite3_step(_statement);
        if (code is raw.SQLITE_ROW or raw.SQLITE_DONE)
            return code == raw.SQLITE_ROW;
        throw connection.Explain(code);
    }

    /// <summary>Ends its use. How that went, the last step has said.</summary>
    public void Reset()
    {
        _ = raw.sqlite3_reset(_statement);
        _ = raw.sqlite3_clear_bindings(_statement);
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();
}
