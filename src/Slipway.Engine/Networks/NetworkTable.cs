using System.Net;
using Slipway.Engine.Defaults;
using Slipway.Store.Metadata;

namespace Slipway.Engine.Networks;

/// <summary>
/// The rows of the networks.
/// <code>
/// networks   id, name (unique), created (UTC ticks), config (JSON), last_ip, last_ip6 (the addresses that were given last)
/// endpoints  network, container, device, ip, ip6, mac     a container's address: nobody else's while the row is there
/// published  protocol, host_ip, host_port, container, target, container_port     the host's ports that lead into containers that run
/// </code>
/// A row of endpoints goes with its container (or the build whose steps have the address, then named net-…), or when a network has no other address left and its container doesn't run.
/// </summary>
internal sealed class NetworkTable(Database database)
{
    public static readonly string[] Schema =
    [
        "CREATE TABLE networks (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, config TEXT NOT NULL, last_ip TEXT, last_ip6 TEXT) WITHOUT ROWID",
        """
        CREATE TABLE endpoints (network TEXT NOT NULL, container TEXT NOT NULL, device TEXT NOT NULL UNIQUE, ip TEXT, ip6 TEXT, mac TEXT NOT NULL,
            PRIMARY KEY (container, network), UNIQUE (network, ip), UNIQUE (network, ip6)) WITHOUT ROWID
        """,
        """
        CREATE TABLE published (protocol TEXT NOT NULL, host_ip TEXT NOT NULL, host_port INTEGER NOT NULL, container TEXT NOT NULL,
            target TEXT NOT NULL, container_port INTEGER NOT NULL, PRIMARY KEY (protocol, host_port, host_ip)) WITHOUT ROWID
        """,
        "CREATE INDEX published_container ON published (container)",
    ];

    private const string EndpointColumns = "network, container, device, ip, ip6, mac";
    private const string PublishedColumns = "container, protocol, host_ip, host_port, target, container_port";

    /// <summary>What networks have that are made without it.</summary>
    public EngineDefaults Defaults => new DefaultsTable(database).Read();

    /// <summary>Several calls as one; see <see cref="Database.InTransaction{T}(Func{T}, bool)"/>.</summary>
    public T InTransaction<T>(Func<T> body) => database.InTransaction(body);

    public bool TryInsert(NetworkRecord network) =>
        database.Execute("INSERT OR IGNORE INTO networks (id, name, created, config) VALUES ($id, $name, $created, $config)",
            ("$id", network.Id), ("$name", network.Name), ("$created", network.Created.UtcTicks), ("$config", NetworkRecordJson.Write(network))) > 0;

    public void Update(NetworkRecord network) =>
        database.Execute("UPDATE networks SET config = $config WHERE id = $id", ("$id", network.Id), ("$config", NetworkRecordJson.Write(network)));

    public void Delete(string id) => database.Execute("DELETE FROM networks WHERE id = $id", ("$id", id));

    public NetworkRecord? FindByName(string name) => database.Query("SELECT id, name, created, config FROM networks WHERE name = $name", ReadNetwork, ("$name", name)).FirstOrDefault();

    public NetworkRecord? FindById(string id) => database.Query("SELECT id, name, created, config FROM networks WHERE id = $id", ReadNetwork, ("$id", id)).FirstOrDefault();

    /// <summary>Those whose id begins so; at most two, since that is enough to say "ambiguous".</summary>
    public List<NetworkRecord> FindByPrefix(string prefix) =>
        database.Query("SELECT id, name, created, config FROM networks WHERE id >= $from AND id < $to LIMIT 2", ReadNetwork, ("$from", prefix), ("$to", prefix + "g"));

    public List<NetworkRecord> List() => database.Query("SELECT id, name, created, config FROM networks ORDER BY name", ReadNetwork);

    /// <summary>The addresses that a network gave last.</summary>
    public (IPAddress? Ipv4, IPAddress? Ipv6) LastGiven(string network) =>
        database.Query("SELECT last_ip, last_ip6 FROM networks WHERE id = $id", static row => (Address(row, 0), Address(row, 1)), ("$id", network)).FirstOrDefault();

    public void SetLastGiven(string network, IPAddress? ipv4, IPAddress? ipv6) =>
        database.Execute("UPDATE networks SET last_ip = $ip, last_ip6 = $ip6 WHERE id = $id", ("$id", network), ("$ip", ipv4?.ToString()), ("$ip6", ipv6?.ToString()));

    /// <summary>Adds an endpoint; false where an address or the device is taken.</summary>
    public bool TryInsert(EndpointRecord e) =>
        database.Execute("INSERT OR IGNORE INTO endpoints (network, container, device, ip, ip6, mac) VALUES ($network, $container, $device, $ip, $ip6, $mac)",
            ("$network", e.NetworkId), ("$container", e.ContainerId), ("$device", e.Device), ("$ip", e.Ipv4?.ToString()), ("$ip6", e.Ipv6?.ToString()), ("$mac", e.Mac)) > 0;

    public List<EndpointRecord> EndpointsOf(string container) =>
        database.Query($"SELECT {EndpointColumns} FROM endpoints WHERE container = $container", ReadEndpoint, ("$container", container));

    public List<EndpointRecord> Endpoints() => database.Query($"SELECT {EndpointColumns} FROM endpoints", ReadEndpoint);

    public List<EndpointRecord> EndpointsIn(string network) =>
        database.Query($"SELECT {EndpointColumns} FROM endpoints WHERE network = $network", ReadEndpoint, ("$network", network));

    /// <summary>Those in any network whose id begins so.</summary>
    public List<string> MembersWith(string prefix) =>
        database.Query("SELECT DISTINCT container FROM endpoints WHERE container >= $from AND container < $to", static row => row.GetString(0), ("$from", prefix), ("$to", prefix + "g"));

    public void DeleteEndpoint(string network, string container) =>
        database.Execute("DELETE FROM endpoints WHERE network = $network AND container = $container", ("$network", network), ("$container", container));

    public void DeleteEndpoints(string container) => database.Execute("DELETE FROM endpoints WHERE container = $container", ("$container", container));

    /// <summary>Notes a published port, in place of a row that somebody has left there.</summary>
    public void Publish(PublishedRecord p) =>
        database.Execute($"INSERT OR REPLACE INTO published ({PublishedColumns}) VALUES ($container, $protocol, $ip, $port, $target, $inner)",
            ("$container", p.ContainerId), ("$protocol", p.Protocol), ("$ip", p.HostAddress.ToString()), ("$port", (long)p.HostPort),
            ("$target", p.Target.ToString()), ("$inner", (long)p.ContainerPort));

    public List<PublishedRecord> PublishedOf(string container) =>
        database.Query($"SELECT {PublishedColumns} FROM published WHERE container = $container ORDER BY container_port, protocol, host_ip", ReadPublished, ("$container", container));

    public List<PublishedRecord> PublishedAt(string protocol, ushort port) =>
        database.Query($"SELECT {PublishedColumns} FROM published WHERE protocol = $protocol AND host_port = $port", ReadPublished, ("$protocol", protocol), ("$port", (long)port));

    public List<PublishedRecord> Published() => database.Query($"SELECT {PublishedColumns} FROM published ORDER BY container_port, protocol, host_ip", ReadPublished);

    public void Unpublish(string container) => database.Execute("DELETE FROM published WHERE container = $container", ("$container", container));

    private static NetworkRecord ReadNetwork(Row row) => NetworkRecordJson.Read(row.GetString(3), new()
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        Created = new DateTimeOffset(row.GetInt64(2), TimeSpan.Zero),
    });

    private static EndpointRecord ReadEndpoint(Row row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), Address(row, 3), Address(row, 4), row.GetString(5));

    private static PublishedRecord ReadPublished(Row row) => new(
        row.GetString(0), row.GetString(1), Address(row, 2)!, (ushort)row.GetInt32(3), Address(row, 4)!, (ushort)row.GetInt32(5));

    private static IPAddress? Address(Row row, int column) => row.IsNull(column) ? null : IPAddress.Parse(row.GetString(column));
}
