namespace Slipway.Engine.Doctoring;

/// <summary>
/// What looks like data that somebody wants back, by where it is and how it begins. False alarms would make the true ones unread, so a rule names
/// one program's files, and what packages, caches and logs leave is never meant.
/// </summary>
internal static class DurableData
{
    /// <summary>How much of a file's beginning the rules look at.</summary>
    public const int HeadLength = 128;

    // Directories that well-known programs keep their data in, and what that is. Where a file of any kind is written there, it is that.
    private static readonly (string Directory, string What)[] s_places =
    [
        ("/var/lib/postgresql/", "PostgreSQL"), ("/var/lib/mysql/", "MySQL"), ("/var/lib/mysql-files/", "MySQL"), ("/var/lib/mariadb/", "MariaDB"), ("/data/db/", "MongoDB"), ("/var/lib/mongodb/", "MongoDB"),
        ("/var/lib/elasticsearch/", "Elasticsearch"), ("/usr/share/elasticsearch/data/", "Elasticsearch"), ("/usr/share/opensearch/data/", "OpenSearch"),
        ("/var/lib/cassandra/", "Cassandra"), ("/var/lib/clickhouse/", "ClickHouse"), ("/var/lib/influxdb/", "InfluxDB"), ("/var/lib/influxdb2/", "InfluxDB"),
        ("/var/lib/grafana/", "Grafana"), ("/prometheus/", "Prometheus"), ("/var/lib/prometheus/", "Prometheus"), ("/var/lib/rabbitmq/mnesia/", "RabbitMQ"), ("/var/lib/neo4j/data/", "Neo4j"),
        ("/opt/couchdb/data/", "CouchDB"), ("/var/lib/couchdb/", "CouchDB"), ("/var/opt/mssql/data/", "SQL Server"), ("/var/jenkins_home/", "Jenkins"), ("/var/lib/ghost/content/", "Ghost"),
        ("/var/lib/gitea/", "Gitea"), ("/var/opt/gitlab/", "GitLab"), ("/var/lib/ldap/", "OpenLDAP"), ("/var/lib/etcd/", "etcd"), ("/etcd-data/", "etcd"), ("/consul/data/", "Consul"),
        ("/vault/file/", "Vault"), ("/var/lib/zookeeper/", "ZooKeeper"), ("/var/lib/kafka/data/", "Kafka"), ("/qdrant/storage/", "Qdrant"), ("/var/lib/meilisearch/", "Meilisearch"),
        ("/var/www/html/wp-content/uploads/", "WordPress"), ("/var/lib/docker-registry/", "a registry"), ("/var/lib/registry/", "a registry"), ("/etc/letsencrypt/", "certificates"),
        ("/var/lib/nats/", "NATS"), ("/var/spool/mail/", "mail"), ("/var/mail/", "mail"), ("/var/lib/redis/", "Redis"),
    ];

    // Where even a database is nobody's data: packages' own records, caches, what goes with a reboot.
    private static readonly string[] s_passing =
    [
        "/tmp/", "/var/tmp/", "/run/", "/var/run/", "/var/cache/", "/var/log/", "/dev/", "/proc/", "/sys/", "/usr/lib/", "/usr/share/doc/", "/usr/share/mime/",
        "/var/lib/apt/", "/var/lib/dpkg/", "/var/lib/rpm/", "/usr/lib/sysimage/", "/var/lib/dnf/", "/var/lib/yum/", "/var/lib/pacman/", "/lib/apk/", "/etc/apk/", "/var/lib/systemd/", "/var/lib/selinux/", "/var/lib/command-not-found/",
        "/var/lib/PackageKit/", "/var/lib/mlocate/", "/var/lib/plocate/", "/var/lib/man-db/", "/var/lib/fontconfig/", "/root/.cache/", "/root/.npm/", "/root/.local/share/Trash/",
    ];

    private static readonly string[] s_passingParts = ["/.cache/", "/cache/", "/caches/", "/Cache/", "/node_modules/", "/__pycache__/", "/site-packages/", "/dist-packages/", "/.git/objects/", "/tmp/", "/logs/", "/.npm/", "/.nuget/", "/.gradle/", "/.m2/", "/.cargo/", "/.rustup/", "/vendor/bundle/", "/.pytest_cache/", "/.mypy_cache/", "/testdata/"];

    /// <summary>What a file is that was written by a container; null where nothing says that it should last.</summary>
    /// <param name="path">In the container, absolute.</param>
    /// <param name="head">Its first <see cref="HeadLength"/> bytes, or as many as it has.</param>
    public static string? Find(string path, ReadOnlySpan<byte> head)
    {
        if (IsPassing(path))
            return null;
        foreach ((string directory, string what) in s_places)
        {
            if (path.StartsWith(directory, StringComparison.Ordinal))
                return what;
        }
        return OfHead(head) ?? OfName(Path.GetFileName(path), head);
    }

    /// <summary>Whether it is a cache, a log, a temporary file or a package's own record.</summary>
    public static bool IsPassing(string path)
    {
        foreach (string place in s_passing)
        {
            if (path.StartsWith(place, StringComparison.Ordinal))
                return true;
        }
        foreach (string part in s_passingParts)
        {
            if (path.Contains(part, StringComparison.Ordinal))
                return true;
        }
        return path.EndsWith(".log", StringComparison.Ordinal) || path.EndsWith(".pid", StringComparison.Ordinal) || path.EndsWith(".sock", StringComparison.Ordinal);
    }

    /// <summary>The program whose data directory this is, or one below it; null: none that is known.</summary>
    public static string? OfDirectory(string path)
    {
        foreach ((string directory, string what) in s_places)
        {
            if ((path + "/").StartsWith(directory, StringComparison.Ordinal))
                return what;
        }
        return null;
    }

    private static string? OfHead(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("SQLite format 3\0"u8))
            return "SQLite";
        if (head.StartsWith("REDIS0"u8))
            return "Redis";
        // LMDB: a page header of 16 bytes, then the magic number; BoltDB the same way.
        if (head.Length >= 20 && head[16..20].SequenceEqual((ReadOnlySpan<byte>)[0xde, 0xc0, 0xef, 0xbe]))
            return "LMDB";
        if (head.Length >= 20 && head[16..20].SequenceEqual((ReadOnlySpan<byte>)[0xed, 0xda, 0x0c, 0xed]))
            return "BoltDB";
        // Jet and ACE: 00 01 00 00 and a name.
        return head.Length >= 19 && head[4..].StartsWith("Standard "u8) && head[..4].SequenceEqual((ReadOnlySpan<byte>)[0, 1, 0, 0]) ? "Access" : null;
    }

    private static string? OfName(string name, ReadOnlySpan<byte> head) => name switch
    {
        "PG_VERSION" when head.Length > 0 && char.IsAsciiDigit((char)head[0]) => "PostgreSQL",
        "ibdata1" => "InnoDB",
        "WiredTiger.wt" => "MongoDB",
        "appendonly.aof" or "appendonly.aof.manifest" => "Redis",
        "CURRENT" when head.StartsWith("MANIFEST-"u8) => "LevelDB",
        _ => null,
    };
}
