namespace Slipway.Store.Metadata;

/// <summary>
/// Which databases this process has open. SQLite's locks are the process's: whoever closes any descriptor of the file gives up all of them
/// (fcntl(2)), and another process could then empty the log under a connection of ours. So only who opens the first may touch the file besides SQLite.
/// </summary>
internal static class OwnConnections
{
    private static readonly Lock s_gate = new();
    private static readonly Dictionary<string, int> s_open = new(StringComparer.Ordinal);

    /// <summary>Opens one.</summary>
    /// <param name="path">The database.</param>
    /// <param name="first">What is done to the file before, where none is open.</param>
    public static Connection Open(string path, Action<string> first)
    {
        lock (s_gate)
        {
            int others = s_open.GetValueOrDefault(path);
            if (others == 0)
                first(path);
            var connection = new Connection(path);
            s_open[path] = others + 1;
            return connection;
        }
    }

    /// <summary>Closes one.</summary>
    public static void Close(string path, Connection connection)
    {
        lock (s_gate)
        {
            connection.Dispose();
            if (--s_open[path] == 0)
                s_open.Remove(path);
        }
    }
}
