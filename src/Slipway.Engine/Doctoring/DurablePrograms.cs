using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;

namespace Slipway.Engine.Doctoring;

/// <summary>Programs whose data is meant to last, and where they put it unless they are told otherwise: what can be said before anything is written.</summary>
internal static class DurablePrograms
{
    // They start what comes after them.
    private static readonly string[] s_wrappers = ["tini", "dumb-init", "catatonit", "exec", "--"];

    // The words that choose another directory, each before it or with = to it.
    private static readonly (string Program, string What, string Directory, string? Variable, string[] Options)[] s_programs =
    [
        ("postgres", "PostgreSQL", "/var/lib/postgresql/data", "PGDATA", ["-D", "--data_directory"]),
        ("mysqld", "MySQL", "/var/lib/mysql", null, ["--datadir", "-h"]),
        ("mariadbd", "MariaDB", "/var/lib/mysql", null, ["--datadir", "-h"]),
        ("mongod", "MongoDB", "/data/db", null, ["--dbpath"]),
        ("influxd", "InfluxDB", "/var/lib/influxdb2", "INFLUXD_ENGINE_PATH", ["--engine-path"]),
        ("clickhouse-server", "ClickHouse", "/var/lib/clickhouse", null, ["--path"]),
        ("rabbitmq-server", "RabbitMQ", "/var/lib/rabbitmq", "RABBITMQ_MNESIA_BASE", []),
        ("neo4j", "Neo4j", "/data", null, []),
    ];

    /// <summary>What will be written where, in the writable layer; null where nothing is known, or a mount is there.</summary>
    /// <param name="command">What the container runs.</param>
    /// <param name="environment"><c>NAME=value</c>, the image's first.</param>
    /// <param name="mounts">The container's.</param>
    public static (string What, string Directory)? Find(IReadOnlyList<string> command, IReadOnlyList<string> environment, IReadOnlyList<MountRequest> mounts)
    {
        string? started = command.Select(static word => Path.GetFileName(word)).FirstOrDefault(static name => !IsWrapper(name));
        foreach ((string program, string what, string usual, string? variable, string[] options) in s_programs)
        {
            if (started != program)
                continue;
            string directory = OptionOf(command, options) ?? (variable is null ? null : EnvironmentList.Find(environment, variable)) ?? usual;
            return directory.StartsWith('/') && !mounts.Any(m => IsBelow(directory, m.Target)) ? (what, directory.TrimEnd('/')) : null;
        }
        return null;
    }

    private static bool IsWrapper(string name) => s_wrappers.Contains(name) || name.EndsWith(".sh", StringComparison.Ordinal) || name.Contains("entrypoint", StringComparison.Ordinal);

    private static string? OptionOf(IReadOnlyList<string> command, string[] options)
    {
        for (int i = 0; i < command.Count; i++)
        {
            foreach (string option in options)
            {
                if (command[i] == option && i + 1 < command.Count)
                    return command[i + 1];
                if (command[i].StartsWith(option + "=", StringComparison.Ordinal))
                    return command[i][(option.Length + 1)..];
            }
        }
        return null;
    }

    private static bool IsBelow(string path, string place) => (path.TrimEnd('/') + "/").StartsWith(place.TrimEnd('/') + "/", StringComparison.Ordinal);
}
