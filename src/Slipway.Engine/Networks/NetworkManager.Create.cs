using System.Net;
using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Network.Addresses;
using Slipway.Oci;

namespace Slipway.Engine.Networks;

public sealed partial class NetworkManager
{
    private const int LongestDevice = 15;
    private const string NamesToo = " _.-@#$%^&+~!()";

    /// <summary>Makes a network with its bridge.</summary>
    /// <exception cref="SlipwayException">
    /// Conflict: the name is taken, or the addresses are in use. InvalidArgument: addresses that don't fit together. NotSupported: another driver.
    /// NotFound, Denied: it is to be made by a configuration that isn't there, or doesn't go with what else was said.
    /// </exception>
    public NetworkRecord Create(NetworkRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        NetworkRecord network = RecordOf(request);
        Table.InTransaction(() =>
        {
            RefuseOverlaps(network);
            return Table.TryInsert(network) ? true : throw new SlipwayException(ErrorKind.Conflict, $"network with name {network.Name} already exists");
        });
        if (network.ConfigOnly)
        {
            _context.Events.Network(network, "create");
            return network;
        }
        try
        {
            using var host = new NetworkHost(Table, _context.Options);
            using FileLock held = host.Lock();
            NetworkRecord made = host.Ensure(network).Network;
            _context.Events.Network(made, "create");
            return made;
        }
        catch
        {
            Table.Delete(network.Id);
            throw;
        }
    }

    private NetworkRecord RecordOf(NetworkRequest request)
    {
        CheckName(request.Name);
        NetworkRecord? by = ConfigurationOf(request);
        if (request.Driver is not ("bridge" or "") && !(request.ConfigOnly && request.Driver is "null"))
            throw new SlipwayException(ErrorKind.NotSupported, $"network driver '{Printable.Escape(request.Driver)}' is not supported: bridge is");
        string id = RandomBytes.Hex256();
        RefuseHostBits(request);
        IReadOnlyList<NetworkSubnet> subnets = by?.Subnets ?? SubnetsOf(request);
        bool six = request.EnableIPv6 || by?.EnableIPv6 == true || subnets.Any(s => s.IsIpv6);
        if (!request.EnableIPv4 && !six)
            throw Invalid("IPv4 or IPv6 must be enabled");
        if (!request.EnableIPv4 && subnets.Any(s => !s.IsIpv6))
            throw Invalid("an IPv4 subnet, in a network with IPv4 disabled");
        // Who names one family's addresses and wants both gets the other's.
        if (!request.ConfigOnly && subnets.Count > 0 && six && !subnets.Any(s => s.IsIpv6))
            subnets = [.. subnets, new(SubnetPools.Ipv6() is var ula ? ula : default, new AddressRange(ula).First, null, new Dictionary<string, string>()) { IsChosen = true }];
        IReadOnlyDictionary<string, string> options = by?.Options ?? NetworkOptions.With(request.Options, Table.Defaults.NetworkOptions);
        var network = new NetworkRecord
        {
            Id = id,
            Name = request.Name,
            Created = _context.Now,
            Driver = request.ConfigOnly ? "null" : "bridge",
            ConfigOnly = request.ConfigOnly,
            ConfigFrom = request.ConfigFrom,
            Bridge = request.ConfigOnly ? "" : options.GetValueOrDefault(NetworkOptionNames.BridgeName) ?? BridgeOf(id),
            Internal = request.Internal,
            Attachable = request.Attachable,
            EnableIPv4 = request.EnableIPv4,
            EnableIPv6 = six,
            Subnets = subnets,
            Options = options,
            AddressOptions = by?.AddressOptions ?? request.AddressOptions,
            Labels = by?.Labels ?? request.Labels,
        };
        NetworkOptions.Check(network);
        if (!network.ConfigOnly)
            CheckBridge(network.Bridge);
        return network;
    }

    // What it is to be made by; then nothing else may say how it is.
    private NetworkRecord? ConfigurationOf(NetworkRequest request)
    {
        if (request.ConfigOnly && request.Internal)
            throw Denied("configuration network can only contain network specific fields. Network operator fields like [ ingress | internal | attachable | scope ] are not supported.");
        if (request.ConfigFrom.Length == 0)
            return null;
        if (request.ConfigOnly)
            throw Denied("a configuration network cannot depend on another configuration network");
        if (request.Options.Count > 0)
            throw Denied("network driver options are not supported if the network depends on a configuration network");
        if (request.EnableIPv6 || request.AddressOptions.Count + request.Labels.Count + request.Subnets.Count + request.Gateways.Count + request.Ranges.Count + request.Reserved.Count > 0)
            throw Denied("user specified configurations are not supported if the network depends on a configuration network");
        return Find(_context, request.ConfigFrom) switch
        {
            null => throw new SlipwayException(ErrorKind.NotFound, $"configuration network \"{Printable.Escape(request.ConfigFrom)}\" does not exist"),
            { ConfigOnly: false } other => throw Denied($"network {other.Name} is not a configuration network: make one with --config-only"),
            var found => found,
        };
    }

    private static SlipwayException Denied(string message) => new(ErrorKind.Denied, message);

    private void CheckBridge(string bridge)
    {
        if (Encoding.UTF8.GetByteCount(bridge) is 0 or > LongestDevice || bridge.AsSpan().ContainsAny("/ \t\n:") || bridge is "." or "..")
            throw Invalid($"'{Printable.Escape(bridge)}' can't be a device's name: at most {LongestDevice} bytes, without slashes, colons and spaces");
        if (Table.List().Any(n => n.Bridge == bridge) || Directory.Exists("/sys/class/net/" + bridge))
            throw new SlipwayException(ErrorKind.Conflict, $"there is a device {bridge} already");
    }

    // The default network's is an address of the host's with its bits (--bip); who names a network otherwise, and means a host, is told what the network is.
    private static void RefuseHostBits(NetworkRequest request)
    {
        foreach ((string text, string what) in request.Subnets.Select(s => (s, "subnet")).Concat(request.Ranges.Select(r => (r, "ip-range"))))
        {
            IPNetwork network = AddressText.ParseNetwork(text, what);
            if (!network.BaseAddress.Equals(IPAddress.Parse(text[..text.IndexOf('/', StringComparison.Ordinal)])))
                throw Invalid($"invalid network config:\ninvalid {what} {Printable.Escape(text)}: it should be {network}");
        }
    }

    private static NetworkSubnet[] SubnetsOf(NetworkRequest request)
    {
        IPNetwork[] networks = [.. request.Subnets.Select(s => AddressText.ParseNetwork(s, "subnet"))];
        if (networks.GroupBy(n => n.BaseAddress.AddressFamily).Any(g => g.Count() > 1))
            throw new SlipwayException(ErrorKind.NotSupported, "a network has at most one subnet for IPv4 and one for IPv6");
        IPNetwork[] ranges = [.. request.Ranges.Select(r => AddressText.ParseNetwork(r, "ip-range"))];
        IPAddress[] gateways = [.. request.Gateways.Select(g => AddressText.Parse(g, "gateway"))];
        KeyValuePair<string, IPAddress>[] reserved = [.. request.Reserved.Select(r => KeyValuePair.Create(r.Key, AddressText.Parse(r.Value, "auxiliary address")))];
        foreach (IPAddress address in gateways.Concat(reserved.Select(r => r.Value)).Concat(ranges.Select(r => r.BaseAddress)))
        {
            if (!networks.Any(n => n.Contains(address)))
                throw Invalid($"no matching subnet for {address}");
        }
        // IPv4 first, in whichever order they were named: as docker tells of them.
        return [.. networks.OrderBy(n => n.BaseAddress.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork).Select(n => new NetworkSubnet(
            n,
            gateways.FirstOrDefault(n.Contains) ?? new AddressRange(n).First,
            ranges.Where(r => n.Contains(r.BaseAddress)).Select(r => (IPNetwork?)r).FirstOrDefault(),
            reserved.Where(r => n.Contains(r.Value)).ToDictionary(r => r.Key, r => r.Value.ToString())))];
    }

    private void RefuseOverlaps(NetworkRecord network)
    {
        if (network.ConfigOnly)
            return;
        foreach (NetworkRecord other in Table.List().Where(n => !n.ConfigOnly))
        {
            if (other.Subnets.Any(theirs => network.Subnets.Any(ours => SubnetPools.Overlap(ours.Subnet, theirs.Subnet))))
                throw new PoolOverlapException(other.Name);
        }
    }

    private static void CheckName(string name)
    {
        // As docker, whose names may have blanks within and signs; none of those that mean something where a network is named (--network, a path of the API). They stand in tables and in a name server's answers; no path is made of one.
        bool valid = name.Length is >= 1 and <= 128 && char.IsAsciiLetterOrDigit(name[0]) && name[^1] != ' ' && name.All(c => char.IsAsciiLetterOrDigit(c) || NamesToo.Contains(c, StringComparison.Ordinal));
        if (!valid)
            throw Invalid($"invalid network name: {Printable.Escape(name)}: a letter or digit, then letters, digits, blanks within and {NamesToo.TrimStart()} are allowed");
        if (name is DefaultName or "host" or "none" or "default")
            throw new SlipwayException(ErrorKind.Denied, $"operation is not permitted on predefined {name} network");
    }

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
