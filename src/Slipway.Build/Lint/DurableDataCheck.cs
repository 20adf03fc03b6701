using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;
using Slipway.Oci;

namespace Slipway.Build.Lint;

/// <summary>
/// Databases whose directory no VOLUME covers: what they write would go with the container. Only images known by their name and directories
/// that the Dockerfile names itself; nothing is guessed from files.
/// </summary>
internal static class DurableDataCheck
{
    private static readonly (string Image, string Name, string Directory)[] s_databases =
    [
        ("postgres", "PostgreSQL", "/var/lib/postgresql"), ("mysql", "MySQL", "/var/lib/mysql"), ("mariadb", "MariaDB", "/var/lib/mysql"),
        ("mongo", "MongoDB", "/data/db"), ("redis", "Redis", "/data"), ("valkey", "Valkey", "/data"), ("rabbitmq", "RabbitMQ", "/var/lib/rabbitmq"),
        ("elasticsearch", "Elasticsearch", "/usr/share/elasticsearch/data"), ("influxdb", "InfluxDB", "/var/lib/influxdb"),
        ("neo4j", "Neo4j", "/data"), ("couchdb", "CouchDB", "/opt/couchdb/data"), ("cassandra", "Cassandra", "/var/lib/cassandra"),
    ];

    // Variables by which these are told where to write.
    private static readonly (string Variable, string Name)[] s_variables = [("PGDATA", "PostgreSQL"), ("MYSQL_DATADIR", "MySQL"), ("REDIS_DATA_DIR", "Redis"), ("MONGO_DATA_DIR", "MongoDB")];

    /// <summary>Looks at what the target's image says in the end.</summary>
    public static void Run(ParsedDockerfile file, Stage target, StageState final, IReadOnlyList<string> baseNames)
    {
        IReadOnlyList<string> volumes = [.. (final.Config.Volumes ?? new Dictionary<string, Oci.Image.EmptyObject>()).Keys];
        foreach ((string variable, string name) in s_variables)
        {
            if (final.Env.Find(variable) is { Length: > 0 } directory)
                Check(file, target, volumes, name, directory);
        }
        if (Reference.TryParse(final.Base?.Name ?? baseNames[target.Index], out Reference? image)
            && Array.Find(s_databases, known => known.Image == image.Path.Split('/')[^1]) is { Name: { } database } found && !s_variables.Any(known => known.Name == database && final.Env.Find(known.Variable) is not null))
        {
            Check(file, target, volumes, database, found.Directory);
        }
    }

    private static void Check(ParsedDockerfile file, Stage target, IReadOnlyList<string> volumes, string name, string directory)
    {
        string path = directory.TrimEnd('/') + "/";
        if (!volumes.Any(volume => path.StartsWith(volume.TrimEnd('/') + "/", StringComparison.Ordinal)))
            file.Linter.Report(OwnRules.DurableDataUndeclared, target.From.Node, directory, name);
    }
}
