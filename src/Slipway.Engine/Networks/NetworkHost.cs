using System.Net;
using Slipway.Engine.Defaults;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Netlink;
using Slipway.Network.Addresses;
using Slipway.Network.Bridges;
using Slipway.Network.Nftables;
using Slipway.Network.Ports;
using Slipway.Oci;
using Slipway.Runtime.Monitoring;

namespace Slipway.Engine.Networks;

/// <summary>
/// Networks as the kernel has them: bridges and packet filter rules, made from the rows of the database when they are needed and missing. What
/// changes them holds <see cref="Lock"/>, so that a table that is made anew has every row that there is.
/// </summary>
internal sealed class NetworkHost(NetworkTable table, EngineOptions options) : IDisposable
{
    private static readonly IPAddress s_first = new([172, 17, 0, 0]);

    private NetlinkSocket? _route, _nft;

    /// <summary>This host's devices.</summary>
    public NetlinkSocket Route => _route ??= NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);

    /// <summary>Its packet filter.</summary>
    public NetlinkSocket Nft => _nft ??= NetlinkSocket.Open(NetlinkProtocol.NETLINK_NETFILTER);

    /// <summary>Our rules.</summary>
    public RuleTable Rules { get; } = new(TableName(options));

    // There while the family is forwarded because of us alone.
    private string Marker(bool six) => Path.Combine(options.RunRoot, "networks", six ? "forwarding6" : "forwarding");

    // The families in which nothing but ours may be forwarded.
    private IEnumerable<bool> Closed() => ((bool[])[false, true]).Where(six => File.Exists(Marker(six)));

    public FileLock Lock() => FileLock.Acquire(Path.Combine(options.RunRoot, "locks", "networks"));

    /// <summary>The bridge's index, made with its rules where it is missing; and rules that somebody has flushed are back. The caller holds the lock.</summary>
    /// <exception cref="SlipwayException">Conflict: the network's addresses are in use on this host.</exception>
    public (NetworkRecord Network, int Index) Ensure(NetworkRecord network)
    {
        if (network.ConfigOnly)
            throw new SlipwayException(ErrorKind.Denied, $"cannot create endpoint on configuration-only network: {network.Name}") { Hint = $"make one by it: slip network create --config-from {network.Name} NAME" };
        bool whole = IsWhole();
        network = WithOwnDevice(network, whole);
        int? there = network.HasAddresses ? BridgeDevice.Find(Route, network.Bridge) : null;
        if (network.IsForeign && there is null)
            throw new SlipwayException(ErrorKind.NotFound, $"network {network.Name}: there is no bridge {network.Bridge} that is up: it was made by somebody else, and has to be again") { Hint = "see 'ip link', or start slipd with another --bridge" };
        // A bridge that somebody else made is there before its rules are: when it is seen for the first time.
        if (whole && there is { } found && (!network.IsForeign || BridgeDevice.IsConfigured(network.Bridge)))
            return (network, found);
        try
        {
            EnableForwarding(network.EnableIPv6);
            // Before the device is there, so that there is never one without rules.
            if (whole)
                Rules.Add(Nft, ConfigOf(network));
            else
                Rebuild(network);
            if (network.IsForeign)
                BridgeDevice.Configure(ConfigOf(network));
            if (there is { } index)
                return (network, index);
            BridgeDevice.DeleteUnused(Route, static (_, note) => StoreMark.IsGone(note));
            return network.HasAddresses ? MakeAgain(network) : Choose(network);
        }
        catch when (there is null)
        {
            Undo(network);
            throw;
        }
    }

    /// <summary>Puts rules back that somebody has flushed. The caller holds the lock.</summary>
    public void Restore()
    {
        if (!IsWhole())
            Rebuild(null);
    }

    /// <summary>
    /// Removes a network's bridge and what the rules say of it; with the last bridge goes all that this host has of the store. The caller holds the lock.
    /// </summary>
    public void Remove(NetworkRecord network)
    {
        if (network.IsForeign)
            BridgeDevice.Unconfigure(network.Bridge);
        else if (!HasLostItsName(network))
            BridgeDevice.Delete(Route, network.Bridge);
        if (table.List().Exists(other => other.Id != network.Id && !other.ConfigOnly && BridgeDevice.Exists(Route, other.Bridge)))
            Rules.Remove(Nft, ConfigOf(network));
        else
            Withdraw();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _route?.Dispose();
        _nft?.Dispose();
    }

    /// <summary>What the rules and the device need to know.</summary>
    public static BridgeConfig ConfigOf(NetworkRecord network) => new()
    {
        Name = network.Bridge,
        Subnets = [.. network.Subnets.Select(s => new BridgeSubnet(s.Subnet, s.Gateway))],
        Internal = network.Internal,
        Masquerade = NetworkOptions.Masquerades(network),
        Isolated = NetworkOptions.Isolates(network),
        Mtu = NetworkOptions.MtuOf(network),
        Sources = NetworkOptions.SourcesOf(network),
        OtherName = network.Bridge == NetworkManager.BridgeOf(network.Id) && !network.IsDefault ? "br-" + network.ShortId : null,
    };

    /// <summary>Rows as the rules have them: what a monitor relays comes from where that leads it, which is a row's already where it is every address.</summary>
    public static PublishedPort[] PortsOf(IEnumerable<PublishedRecord> rows) =>
        [.. rows.Where(static row => !row.IsRelayed || !row.HostAddress.Equals(IPAddress.IPv6Any))
            .Select(static row => new PublishedPort(PortParser.NumberOf(row.Protocol), row.IsRelayed ? RelayAddress.Of(row.HostAddress) : row.HostAddress, row.HostPort, row.Target, row.ContainerPort))];

    // Several stores may be on one host: each has its own table, and the usual one the plain name.
    private static string TableName(EngineOptions options) => options.HostTag.Length == 0 ? "slipway" : "slipway-" + options.HostTag;

    // What failed is told, not what of it can't be undone: that is the next removal's.
    private void Undo(NetworkRecord network)
    {
        try
        {
            Remove(network);
        }
        catch (LinuxException)
        {
        }
    }

    private bool IsWhole() => Rules.IsWhole(Nft, [.. Closed()]);

    // Forwarding that we turned on goes before the rule that keeps others out: the host never passes on what it didn't before we came.
    private void Withdraw()
    {
        foreach (bool six in (bool[])[.. Closed()])
        {
            Forwarding.Disable(six);
            File.Delete(Marker(six));
        }
        Rules.Delete(Nft);
    }

    private void Rebuild(NetworkRecord? added)
    {
        IEnumerable<NetworkRecord> networks = table.List().Where(n => n.Id != added?.Id && n.HasAddresses);
        if (added is not null)
            networks = networks.Append(added);
        Rules.Rebuild(Nft, networks.Select(ConfigOf), PortsOf(table.Published()), [.. Closed()]);
    }

    // A host that forwarded nothing goes on forwarding nothing but ours. The mark comes first, so that whoever is killed after it has closed more than needed.
    private void EnableForwarding(bool six)
    {
        foreach (bool family in (bool[])(six ? [false, true] : [false]))
        {
            if (Forwarding.IsOn(family))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Marker(family))!);
            File.WriteAllBytes(Marker(family), []);
            Rebuild(null);
            Forwarding.Enable(family);
        }
    }

    private bool HasLostItsName(NetworkRecord network) => !network.IsForeign && network.Bridge == DockersBridge.Name && DockersBridge.IsOthers(Route, options);

    // Somebody may have taken docker's name since: then ours has the store's own again.
    private NetworkRecord WithOwnDevice(NetworkRecord network, bool whole)
    {
        if (!HasLostItsName(network))
            return network;
        NetworkRecord renamed = network with { Bridge = NetworkManager.OwnBridge(options, network.Id) };
        if (whole)
            Rules.Remove(Nft, ConfigOf(network));
        table.Update(renamed);
        return renamed;
    }

    // The default network's addresses that nobody named are others' where those came first; the caller's is the only one that is in it.
    private (NetworkRecord Network, int Index) MakeAgain(NetworkRecord network)
    {
        if (!network.IsDefault || table.Defaults.Network is not { Address: null, Range: null, Range6: null })
            return (network, Make(network));
        try
        {
            return (network, MakeDevice(network));
        }
        catch (LinuxException e) when (IsTaken(e))
        {
            Rules.Remove(Nft, ConfigOf(network));
            return Choose(network with { Subnets = [] });
        }
    }

    private int Make(NetworkRecord network)
    {
        try
        {
            return MakeDevice(network);
        }
        catch (LinuxException e) when (IsTaken(e))
        {
            throw InUse(network, e);
        }
    }

    private static SlipwayException InUse(NetworkRecord network, LinuxException e) =>
        new(ErrorKind.Conflict, $"network {network.Name}: {e.Subject} is in use on this host: it has a route there already", e)
        {
            Hint = "see 'ip route', and make the network with another --subnet",
        };

    // The kernel's table of routes decides among several that choose at the same time.
    private (NetworkRecord Network, int Index) Choose(NetworkRecord network)
    {
        List<IPNetwork> used = [.. BridgeDevice.Routes(Route), .. table.List().Where(n => !n.ConfigOnly).SelectMany(n => n.Subnets).Select(s => s.Subnet)];
        NetworkSubnet[] six = network.Subnets.FirstOrDefault(s => s.IsIpv6) is { } named ? [named] : network.EnableIPv6 ? [SubnetOf(SubnetPools.Ipv6())] : [];
        if (network.Subnets.FirstOrDefault(s => !s.IsIpv6) is { } four)
            return Keep(network with { Subnets = [four, .. six] }, Make);
        if (!network.EnableIPv4)
            return Keep(network with { Subnets = six }, Make);
        IReadOnlyList<AddressPool> pools = table.Defaults.Pools;
        // Of docker's pools the first is the default network's, where everybody looks for it.
        IEnumerable<IPNetwork> candidates = pools.Count > 0 ? SubnetPools.Ipv4(pools.Select(p => (p.Base, p.Bits)), used) : SubnetPools.Ipv4(used).Where(n => network.IsDefault || !n.BaseAddress.Equals(s_first));
        foreach (IPNetwork candidate in candidates)
        {
            try
            {
                return Keep(network with { Subnets = [SubnetOf(candidate), .. six] }, MakeDevice);
            }
            catch (LinuxException e) when (IsTaken(e))
            {
                // The IPv6 network that was named: another candidate wouldn't help.
                if (e.Subject != candidate.ToString())
                    throw InUse(network, e);
            }
        }
        throw new SlipwayException(ErrorKind.Exhausted, "all predefined address pools have been fully subnetted: every network that could be chosen is in use on this host")
        {
            Hint = "name one with --subnet, or remove networks: slip network prune",
        };
    }

    private int MakeDevice(NetworkRecord network) => BridgeDevice.Make(Route, ConfigOf(network) with { Note = StoreMark.Of(options.DataRoot) });

    private (NetworkRecord Network, int Index) Keep(NetworkRecord network, Func<NetworkRecord, int> make)
    {
        int index = make(network);
        table.Update(network);
        Rules.Add(Nft, ConfigOf(network));
        return (network, index);
    }

    private static NetworkSubnet SubnetOf(IPNetwork network) => new(network, new AddressRange(network).First, null, new Dictionary<string, string>()) { IsChosen = true };

    private static bool IsTaken(LinuxException e) => e.Errno == Errno.EEXIST && e.Call.StartsWith("add route", StringComparison.Ordinal);
}
