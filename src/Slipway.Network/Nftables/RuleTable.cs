using System.Buffers.Binary;
using System.Net;
using Slipway.Linux;
using Slipway.Linux.Netlink;
using Slipway.Network.Bridges;
using Slipway.Network.Ports;

namespace Slipway.Network.Nftables;

/// <summary>
/// Our one table of packet filter rules: <c>nft list table inet slipway</c> shows it. The rules never change; networks and published ports are
/// elements of its sets and maps, so that a thousand of them cost a packet no more than one. Other tables are left alone, and what they forbid
/// stays forbidden.
/// <code>
/// sets   bridges {ours}  inner {internal ones}  links {(bridge, itself)}  masquerade {bridges whose packets get this host's address}
///        subnets4, subnets6 {containers' addresses}
/// maps   ports4, ports6 {(address, protocol, port) → (container, port)}   any4, any6 {(protocol, port) → (container, port)}
///        sources4, sources6 {bridge → the address of this host's that its packets get}
/// </code>
/// </summary>
/// <param name="name">The table's: each store on a host has its own.</param>
public sealed class RuleTable(string name)
{
    private const uint Bridges = 1, Inner = 2, Links = 3, Masquerade = 4, Ports4 = 5, Any4 = 6, Ports6 = 7, Any6 = 8, Subnets4 = 9, Subnets6 = 10, Sources4 = 11, Sources6 = 12;
    private const int RawPriority = -300, DnatPriority = -100, FilterPriority = 0, SnatPriority = 100;
    private const byte Icmp = 1, Icmpv6 = 58;
    private const string Published = "published";

    private static readonly byte[] s_bridgePrefix = [.. "slip"u8];

    /// <summary>How many rules there are: fewer, and somebody has flushed them.</summary>
    private const int RuleCount = 20;

    /// <summary>The table's name.</summary>
    public string Name => name;

    /// <summary>Whether the table is whole.</summary>
    /// <param name="nft">A socket of the packet filter's.</param>
    /// <param name="closed">As for <see cref="Rebuild"/>.</param>
    public bool IsWhole(NetlinkSocket nft, IReadOnlyCollection<bool> closed)
    {
        ArgumentNullException.ThrowIfNull(nft);
        ArgumentNullException.ThrowIfNull(closed);
        int count = 0;
        var batch = new NetlinkBatch();
        batch.ListRules(name);
        return nft.TrySend(batch, (_, _) => count++) is null && count == RuleCount + closed.Count;
    }

    /// <summary>Makes the table anew with all that belongs into it, in one transaction: no packet passes in between.</summary>
    /// <param name="nft">A socket of the packet filter's.</param>
    /// <param name="networks">Every network with a bridge.</param>
    /// <param name="ports">Every published port.</param>
    /// <param name="closed">The families, IPv4 as false and IPv6 as true, in which this host forwards nothing but ours: where it did not at all before we made it.</param>
    public void Rebuild(NetlinkSocket nft, IEnumerable<BridgeConfig> networks, IEnumerable<PublishedPort> ports, IReadOnlyCollection<bool> closed)
    {
        ArgumentNullException.ThrowIfNull(nft);
        ArgumentNullException.ThrowIfNull(closed);
        var batch = new NetlinkBatch();
        batch.BeginNft();
        // Made, so that there is one to be removed.
        batch.AddTable(name);
        batch.DeleteTable(name);
        batch.AddTable(name);
        AddSets(batch);
        AddChains(batch, closed);
        foreach (BridgeConfig network in networks)
            AddNetwork(batch, network);
        foreach (PublishedPort port in ports)
            batch.AddElement(name, MapOf(port), Key(port), Value(port));
        batch.EndNft();
        nft.Send(batch);
    }

    /// <summary>Adds a network.</summary>
    public void Add(NetlinkSocket nft, BridgeConfig network) => Transact(nft, batch => AddNetwork(batch, network));

    /// <summary>Takes a network out; one that is not there is no error.</summary>
    public void Remove(NetlinkSocket nft, BridgeConfig network)
    {
        byte[] device = NftType.Name(network.Name);
        RemoveElement(nft, "bridges", device);
        RemoveElement(nft, "links", [.. device, .. device]);
        RemoveElement(nft, network.Internal ? "inner" : "masquerade", device);
        foreach (IPAddress source in SourcesOf(network))
            RemoveElement(nft, SourceMapOf(source), device);
        foreach (BridgeSubnet subnet in network.Subnets)
            TryTransact(nft, batch => batch.DeleteRange(name, SetOf(subnet), First(subnet), End(subnet)));
    }

    /// <summary>Adds published ports; what a container that is gone has left at their places is replaced.</summary>
    public void Add(NetlinkSocket nft, IReadOnlyCollection<PublishedPort> ports)
    {
        if (ports.Count == 0)
            return;
        try
        {
            Transact(nft, batch =>
            {
                foreach (PublishedPort port in ports)
                    batch.AddElement(name, MapOf(port), Key(port), Value(port));
            });
        }
        catch (LinuxException e) when (e.Errno is Errno.EEXIST or Errno.EBUSY)
        {
            Remove(nft, ports);
            Transact(nft, batch =>
            {
                foreach (PublishedPort port in ports)
                    batch.AddElement(name, MapOf(port), Key(port), Value(port));
            });
        }
    }

    /// <summary>Takes published ports out; those that are not there are no error.</summary>
    public void Remove(NetlinkSocket nft, IReadOnlyCollection<PublishedPort> ports)
    {
        if (ports.Count == 0)
            return;
        try
        {
            Transact(nft, batch =>
            {
                foreach (PublishedPort port in ports)
                    batch.DeleteElement(name, MapOf(port), Key(port));
            });
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT)
        {
            // As a whole or not at all: so one by one where one is missing.
            foreach (PublishedPort port in ports)
                RemoveElement(nft, MapOf(port), Key(port));
        }
    }

    /// <summary>Removes the table; none is no error.</summary>
    public void Delete(NetlinkSocket nft)
    {
        TryTransact(nft, batch => batch.DeleteTable(name));
    }

    private void RemoveElement(NetlinkSocket nft, string set, byte[] key) => TryTransact(nft, batch => batch.DeleteElement(name, set, key));

    // What is not there need not be removed.
    private static void TryTransact(NetlinkSocket nft, Action<NetlinkBatch> fill)
    {
        try
        {
            Transact(nft, fill);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT)
        {
        }
    }

    private static void Transact(NetlinkSocket nft, Action<NetlinkBatch> fill)
    {
        var batch = new NetlinkBatch();
        batch.BeginNft();
        fill(batch);
        batch.EndNft();
        nft.Send(batch);
    }

    private void AddNetwork(NetlinkBatch batch, BridgeConfig network)
    {
        byte[] device = NftType.Name(network.Name);
        batch.AddElement(name, "bridges", device);
        batch.AddElement(name, "links", [.. device, .. device]);
        if (network.Internal)
            batch.AddElement(name, "inner", device);
        else if (network.Masquerade)
            batch.AddElement(name, "masquerade", device);
        foreach (IPAddress source in SourcesOf(network))
            batch.AddElement(name, SourceMapOf(source), device, source.GetAddressBytes());
        foreach (BridgeSubnet subnet in network.Subnets)
            batch.AddRange(name, SetOf(subnet), First(subnet), End(subnet));
    }

    private static IEnumerable<IPAddress> SourcesOf(BridgeConfig network) => network is { Internal: false, Masquerade: true } ? network.Sources : [];

    private static string SourceMapOf(IPAddress source) => source.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "sources6" : "sources4";

    private static string SetOf(BridgeSubnet subnet) => subnet.IsIpv6 ? "subnets6" : "subnets4";

    private static byte[] First(BridgeSubnet subnet) => subnet.Network.BaseAddress.GetAddressBytes();

    // The first address behind it.
    private static byte[] End(BridgeSubnet subnet)
    {
        byte[] address = First(subnet);
        int bits = subnet.Network.PrefixLength - 1;
        for (int at = bits / 8, carry = 0x80 >> (bits % 8); carry > 0 && at >= 0; at--)
        {
            int sum = address[at] + carry;
            address[at] = (byte)sum;
            carry = sum >> 8;
        }
        return address;
    }

    private void AddSets(NetlinkBatch batch)
    {
        batch.AddSet(name, "bridges", Bridges, NftType.InterfaceName);
        batch.AddSet(name, "inner", Inner, NftType.InterfaceName);
        batch.AddSet(name, "links", Links, NftType.Of(NftType.InterfaceName, NftType.InterfaceName));
        batch.AddSet(name, "masquerade", Masquerade, NftType.InterfaceName);
        batch.AddSet(name, "subnets4", Subnets4, NftType.Ipv4, ranges: true);
        batch.AddSet(name, "subnets6", Subnets6, NftType.Ipv6, ranges: true);
        batch.AddSet(name, "sources4", Sources4, NftType.InterfaceName, NftType.Ipv4);
        batch.AddSet(name, "sources6", Sources6, NftType.InterfaceName, NftType.Ipv6);
        NftType port = NftType.Of(NftType.Protocol, NftType.Service);
        NftType target4 = NftType.Of(NftType.Ipv4, NftType.Service), target6 = NftType.Of(NftType.Ipv6, NftType.Service);
        batch.AddSet(name, "ports4", Ports4, NftType.Of(NftType.Ipv4, NftType.Protocol, NftType.Service), target4);
        batch.AddSet(name, "any4", Any4, port, target4);
        batch.AddSet(name, "ports6", Ports6, NftType.Of(NftType.Ipv6, NftType.Protocol, NftType.Service), target6);
        batch.AddSet(name, "any6", Any6, port, target6);
    }

    private void AddChains(NetlinkBatch batch, IEnumerable<bool> closed)
    {
        batch.AddChain(name, Published);
        AddPublished(batch, six: false);
        AddPublished(batch, six: true);
        // Bridges take packets for 127.0.0.0/8 (route_localnet), for the answers to this host's own: nobody else's may come in.
        batch.AddChain(name, "raw", "filter", NftHook.NF_INET_PRE_ROUTING, RawPriority);
        batch.AddRule(name, "raw").InputName(0).Compare(0, equal: false, NftType.Name("lo")).OnlyFamily(six: false)
            .DestinationAddress(six: false, 0).Mask(0, [255, 0, 0, 0]).Compare(0, equal: true, [127, 0, 0, 0]).Drop();
        batch.AddChain(name, "prerouting", "nat", NftHook.NF_INET_PRE_ROUTING, DnatPriority);
        batch.AddRule(name, "prerouting").OnlyToHost().Jump(Published);
        batch.AddChain(name, "output", "nat", NftHook.NF_INET_LOCAL_OUT, DnatPriority);
        batch.AddRule(name, "output").OnlyToHost().Jump(Published);
        batch.AddChain(name, "postrouting", "nat", NftHook.NF_INET_POST_ROUTING, SnatPriority);
        AddPostrouting(batch);
        batch.AddChain(name, "input", "filter", NftHook.NF_INET_LOCAL_IN, FilterPriority);
        // An internal network has none of this host's services. What looks whether the network works (ping) is answered.
        batch.AddRule(name, "input").InputName(0).In("inner", Inner, 0).OnlyNew().Protocol(0).Compare(0, equal: false, [Icmp]).Compare(0, equal: false, [Icmpv6]).Drop();
        batch.AddChain(name, "forward", "filter", NftHook.NF_INET_FORWARD, FilterPriority);
        AddForward(batch, closed);
    }

    private void AddPublished(NetlinkBatch batch, bool six)
    {
        // Registers: address 0 to 3 (IPv4: 0 alone), then protocol and port; what the map gives comes after them.
        int words = six ? 4 : 1;
        const int Found = 8;
        batch.AddRule(name, Published).OnlyFamily(six).DestinationAddress(six, 0).Protocol(words).DestinationPort(words + 1)
            .Lookup(six ? "ports6" : "ports4", six ? Ports6 : Ports4, 0, Found).Dnat(six, Found, Found + words);
        NftRule every = batch.AddRule(name, Published).OnlyFamily(six);
        // The kernel lets nothing from ::1 leave by another device (RFC 4291, section 2.5.3): refused at once is better than without an answer.
        if (six)
            every = every.DestinationAddress(six, 0).Compare(0, equal: false, IPAddress.IPv6Loopback.GetAddressBytes());
        every.Protocol(0).DestinationPort(1)
            .Lookup(six ? "any6" : "any4", six ? Any6 : Any4, 0, Found).Dnat(six, Found, Found + words);
    }

    private void AddPostrouting(NetlinkBatch batch)
    {
        // Before the rest: whoever named an address has it, in its family.
        const int Found = 8;
        foreach (bool six in (ReadOnlySpan<bool>)[false, true])
        {
            batch.AddRule(name, "postrouting").OnlyFamily(six).OutputName(0).In("bridges", Bridges, 0, not: true).InputName(0)
                .Lookup(six ? "sources6" : "sources4", six ? Sources6 : Sources4, 0, Found).Snat(six, Found);
        }
        batch.AddRule(name, "postrouting").InputName(0).In("masquerade", Masquerade, 0).OutputName(0).In("bridges", Bridges, 0, not: true).Masquerade();
        // From a container to a published one: perhaps beside it, or itself, whose answer would otherwise not come by here. By its address: of packets
        // that stay on the bridge (br_netfilter) it isn't known here how they came.
        foreach (bool six in (ReadOnlySpan<bool>)[false, true])
        {
            batch.AddRule(name, "postrouting").OnlyPublished().OutputName(0).In("bridges", Bridges, 0).OnlyFamily(six)
                .SourceAddress(six, 0).In(six ? "subnets6" : "subnets4", six ? Subnets6 : Subnets4, 0).Masquerade();
        }
        batch.AddRule(name, "postrouting").OutputName(0).In("bridges", Bridges, 0).OnlyFamily(six: false)
            .SourceAddress(six: false, 0).Mask(0, [255, 0, 0, 0]).Compare(0, equal: true, [127, 0, 0, 0]).Masquerade();
    }

    private void AddForward(NetlinkBatch batch, IEnumerable<bool> closed)
    {
        batch.AddRule(name, "forward").OnlyEstablished().Accept();
        batch.AddRule(name, "forward").InputName(0).OutputName(4).In("links", Links, 0).Accept();
        batch.AddRule(name, "forward").InputName(0).In("inner", Inner, 0).Drop();
        batch.AddRule(name, "forward").OutputName(0).In("inner", Inner, 0).Drop();
        batch.AddRule(name, "forward").OnlyPublished().OutputName(0).In("bridges", Bridges, 0).Accept();
        batch.AddRule(name, "forward").OutputName(0).In("bridges", Bridges, 0).Drop();
        // What comes from another store's bridges, or goes there, is for its rules to judge: all are in one group. Older ones are not, but have names that begin alike.
        byte[] group = BitConverter.GetBytes(BridgeDevice.Group);
        foreach (bool six in closed)
        {
            batch.AddRule(name, "forward").OnlyFamily(six).InputName(0).In("bridges", Bridges, 0, not: true).Compare(0, equal: false, s_bridgePrefix)
                .OutputName(4).Compare(4, equal: false, s_bridgePrefix).InputGroup(0).Compare(0, equal: false, group).OutputGroup(0).Compare(0, equal: false, group).Drop();
        }
    }

    private static string MapOf(PublishedPort port) => (port.IsIpv6, port.IsAny) switch
    {
        (false, false) => "ports4",
        (false, true) => "any4",
        (true, false) => "ports6",
        (true, true) => "any6",
    };

    private static byte[] Key(PublishedPort port)
    {
        byte[] protocol = [port.Protocol, 0, 0, 0];
        return port.IsAny ? [.. protocol, .. Word(port.HostPort)] : [.. port.HostAddress.GetAddressBytes(), .. protocol, .. Word(port.HostPort)];
    }

    private static byte[] Value(PublishedPort port) => [.. port.Target.GetAddressBytes(), .. Word(port.TargetPort)];

    private static byte[] Word(ushort number)
    {
        var word = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(word, number);
        return word;
    }
}
