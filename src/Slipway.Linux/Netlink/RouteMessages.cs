using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using static Slipway.Linux.Netlink.NetlinkBatch;

namespace Slipway.Linux.Netlink;

/// <summary>A pair of ethernet devices, of which what enters one comes out of the other (veth(4)).</summary>
public sealed record VethPair
{
    /// <summary>The end that stays here.</summary>
    public required string Name { get; init; }

    /// <summary>The bridge that the end here becomes a port of; its index.</summary>
    public required int Bridge { get; init; }

    /// <summary>The other end.</summary>
    public required string PeerName { get; init; }

    /// <summary>Six bytes.</summary>
    public required ReadOnlyMemory<byte> PeerMac { get; init; }

    /// <summary>The network namespace that the other end is born in.</summary>
    public required SafeFd PeerNamespace { get; init; }

    /// <summary>Bytes a packet; null: the kernel's default.</summary>
    public uint? Mtu { get; init; }
}

/// <summary>Requests about devices, addresses and routes (rtnetlink(7)).</summary>
public static class RouteMessages
{
    private const ushort RTM_NEWLINK = 16, RTM_DELLINK = 17, RTM_GETLINK = 18, RTM_SETLINK = 19, RTM_NEWADDR = 20, RTM_DELADDR = 21, RTM_GETADDR = 22, RTM_NEWROUTE = 24, RTM_DELROUTE = 25, RTM_GETROUTE = 26, RTM_NEWLINKPROP = 108;
    private const ushort IFLA_ADDRESS = 1, IFLA_IFNAME = 3, IFLA_MTU = 4, IFLA_MASTER = 10, IFLA_PROTINFO = 12, IFLA_LINKINFO = 18, IFLA_IFALIAS = 20, IFLA_AF_SPEC = 26, IFLA_GROUP = 27, IFLA_NET_NS_FD = 28, IFLA_PROP_LIST = 52, IFLA_ALT_IFNAME = 53;
    private const ushort IFLA_INFO_KIND = 1, IFLA_INFO_DATA = 2, VETH_INFO_PEER = 1, IFLA_INET6_ADDR_GEN_MODE = 8, IFLA_BRPORT_MODE = 4, IFLA_BRPORT_ISOLATED = 33;
    private const ushort IFA_ADDRESS = 1, IFA_LOCAL = 2, IFA_BROADCAST = 4, IFA_FLAGS = 8;
    private const ushort RTA_DST = 1, RTA_OIF = 4, RTA_GATEWAY = 5, RTA_PRIORITY = 6, RTA_PREFSRC = 7;
    private const uint IPV6_MIN_MTU = 1280;
    private const byte AF_UNSPEC = 0, AF_INET = 2, AF_BRIDGE = 7, AF_INET6 = 10, IN6_ADDR_GEN_MODE_NONE = 1;
    private const byte RT_TABLE_MAIN = 254, RTPROT_STATIC = 4, RT_SCOPE_UNIVERSE = 0, RT_SCOPE_LINK = 253, RTN_UNICAST = 1;
    private const uint IFF_UP = 1, IFA_F_NODAD = 2, IFA_F_NOPREFIXROUTE = 0x200;
    private const int LinkHeader = 16, AddressHeader = 8, RouteHeader = 12;

    /// <summary>How long a device's note is at most (IFALIASZ, with its final zero).</summary>
    public const int LongestAlias = 255;

    /// <summary>Makes a bridge. EEXIST: there is a device of that name.</summary>
    public static void AddBridge(this NetlinkBatch batch, string name, ReadOnlySpan<byte> mac, uint group, uint? mtu)
    {
        batch.BeginLink(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, up: false, "make bridge", name);
        batch.Put(IFLA_IFNAME, name);
        batch.Put(IFLA_ADDRESS, mac);
        batch.Put(IFLA_GROUP, group);
        if (mtu is { } bytes)
            batch.Put(IFLA_MTU, bytes);
        int info = batch.Nest(IFLA_LINKINFO);
        batch.Put(IFLA_INFO_KIND, "bridge");
        batch.EndNest(info);
    }

    /// <summary>Makes a pair, the end here up and a port of the bridge, the other in its namespace and down. EEXIST: the name is taken here.</summary>
    public static void AddVeth(this NetlinkBatch batch, VethPair pair)
    {
        batch.BeginLink(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, up: false, "make veth", pair.Name);
        batch.Put(IFLA_IFNAME, pair.Name);
        if (pair.Mtu is { } mtu)
            batch.Put(IFLA_MTU, mtu);
        int info = batch.Nest(IFLA_LINKINFO);
        batch.Put(IFLA_INFO_KIND, "veth");
        int data = batch.Nest(IFLA_INFO_DATA);
        int peer = batch.Nest(VETH_INFO_PEER);
        batch.Fixed(LinkHeader);
        batch.Put(IFLA_IFNAME, pair.PeerName);
        batch.Put(IFLA_ADDRESS, pair.PeerMac.Span);
        batch.Put(IFLA_NET_NS_FD, (uint)pair.PeerNamespace.Number);
        if (pair.Mtu is { } peerMtu)
            batch.Put(IFLA_MTU, peerMtu);
        batch.EndNest(peer);
        batch.EndNest(data);
        batch.EndNest(info);
        // How IPv6 sees a device can be said only when it is there. It is a port and nothing else: without an address, and the traffic that comes with one.
        batch.BeginLink(RTM_NEWLINK, 0, 0, up: true, "connect veth", pair.Name);
        batch.Put(IFLA_IFNAME, pair.Name);
        batch.Put(IFLA_MASTER, (uint)pair.Bridge);
        // The kernel has no IPv6 at all where packets are smaller than its least (RFC 8200, section 5).
        if (pair.Mtu is null or >= IPV6_MIN_MTU)
            batch.PutNoLinkLocal();
    }

    /// <summary>Sets how a port of a bridge behaves.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="index">The port's index.</param>
    /// <param name="name">For errors.</param>
    /// <param name="hairpin">What comes in by it may go out by it: a container to its own published port, where bridged packets are filtered.</param>
    /// <param name="isolated">It reaches no other isolated port.</param>
    public static void SetPort(this NetlinkBatch batch, int index, string name, bool hairpin, bool isolated)
    {
        batch.Begin(RTM_SETLINK, 0, "set port", name);
        Span<byte> header = batch.Fixed(LinkHeader);
        header[0] = AF_BRIDGE;
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], index);
        int port = batch.Nest(IFLA_PROTINFO);
        batch.Put(IFLA_BRPORT_MODE, hairpin ? (byte)1 : (byte)0);
        batch.Put(IFLA_BRPORT_ISOLATED, isolated ? (byte)1 : (byte)0);
        batch.EndNest(port);
    }

    /// <summary>Brings a device up.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="index">The device.</param>
    /// <param name="name">For errors.</param>
    /// <param name="alias">A note that stays on it, at most <see cref="LongestAlias"/> bytes; null: none.</param>
    public static void SetUp(this NetlinkBatch batch, int index, string name, string? alias = null)
    {
        batch.BeginLink(RTM_NEWLINK, 0, index, up: true, "bring up", name);
        if (alias is not null)
            batch.Put(IFLA_IFALIAS, System.Text.Encoding.UTF8.GetBytes(alias));
    }

    /// <summary>Gives a device one more name that it is found by. EEXIST: another has it. EOPNOTSUPP: the kernel is older than 5.5.</summary>
    public static void AddOtherName(this NetlinkBatch batch, int index, string name)
    {
        batch.BeginLink(RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND, index, up: false, "add name of device", name);
        int list = batch.Nest(IFLA_PROP_LIST);
        batch.Put(IFLA_ALT_IFNAME, name);
        batch.EndNest(list);
    }

    /// <summary>Removes a device. ENODEV: there is none.</summary>
    public static void DeleteLink(this NetlinkBatch batch, string name)
    {
        batch.BeginLink(RTM_DELLINK, 0, 0, up: false, "remove device", name);
        batch.Put(IFLA_IFNAME, name);
    }

    /// <inheritdoc cref="DeleteLink(NetlinkBatch, string)"/>
    public static void DeleteLink(this NetlinkBatch batch, int index) => batch.BeginLink(RTM_DELLINK, 0, index, up: false, "remove device", null);

    /// <summary>Asks for a device; <see cref="LinkAnswer"/> reads what comes. ENODEV: there is none.</summary>
    public static void GetLink(this NetlinkBatch batch, string name)
    {
        batch.BeginLink(RTM_GETLINK, 0, 0, up: false, "find device", name);
        batch.Put(IFLA_IFNAME, name);
    }

    /// <summary>Asks for all devices.</summary>
    public static void ListLinks(this NetlinkBatch batch) => batch.BeginLink(RTM_GETLINK, NLM_F_ROOT | NLM_F_MATCH, 0, up: false, "list devices", null);

    /// <summary>Gives a device an address. EEXIST: it has it.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="index">The device.</param>
    /// <param name="address">Either family's; an IPv6 one is used at once, without asking whether somebody has it.</param>
    /// <param name="prefix">Bits of its network.</param>
    /// <param name="route">Whether the kernel adds the network's route.</param>
    public static void AddAddress(this NetlinkBatch batch, int index, IPAddress address, int prefix, bool route)
    {
        batch.BeginAddress(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, index, address, prefix, "add address");
        batch.Put(IFA_FLAGS, (address.AddressFamily == AddressFamily.InterNetworkV6 ? IFA_F_NODAD : 0) | (route ? 0 : IFA_F_NOPREFIXROUTE));
    }

    /// <summary>Takes an address away.</summary>
    public static void DeleteAddress(this NetlinkBatch batch, int index, IPAddress address, int prefix) =>
        batch.BeginAddress(RTM_DELADDR, 0, index, address, prefix, "remove address");

    /// <summary>Asks for the addresses of all devices.</summary>
    public static void ListAddresses(this NetlinkBatch batch)
    {
        batch.Begin(RTM_GETADDR, NLM_F_ROOT | NLM_F_MATCH, "list addresses");
        batch.Fixed(AddressHeader);
    }

    /// <summary>Adds a network's route through a device. EEXIST: there is one to exactly that network.</summary>
    public static void AddNetworkRoute(this NetlinkBatch batch, IPNetwork network, int index, IPAddress? source)
    {
        batch.BeginRoute(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, network, RT_SCOPE_LINK, "add route");
        batch.Put(RTA_OIF, (uint)index);
        if (source is not null && source.AddressFamily == AddressFamily.InterNetwork)
            batch.Put(RTA_PREFSRC, source);
    }

    /// <summary>Adds the route to everywhere else, by a gateway.</summary>
    public static void AddDefaultRoute(this NetlinkBatch batch, IPAddress gateway, int index)
    {
        bool six = gateway.AddressFamily == AddressFamily.InterNetworkV6;
        batch.BeginRoute(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, new IPNetwork(six ? IPAddress.IPv6Any : IPAddress.Any, 0), RT_SCOPE_UNIVERSE, "add default route");
        batch.Put(RTA_GATEWAY, gateway);
        batch.Put(RTA_OIF, (uint)index);
    }

    /// <summary>Takes the default route away. ESRCH: there is none.</summary>
    public static void DeleteDefaultRoute(this NetlinkBatch batch, bool six) =>
        batch.BeginRoute(RTM_DELROUTE, 0, new IPNetwork(six ? IPAddress.IPv6Any : IPAddress.Any, 0), RT_SCOPE_UNIVERSE, "remove default route");

    /// <summary>Asks for all routes of the main table; <see cref="RouteAnswer"/> reads what comes.</summary>
    public static void ListRoutes(this NetlinkBatch batch)
    {
        batch.Begin(RTM_GETROUTE, NLM_F_ROOT | NLM_F_MATCH, "list routes");
        batch.Fixed(RouteHeader)[4] = RT_TABLE_MAIN;
    }

    /// <summary>Reads an answer to <see cref="GetLink"/> or <see cref="ListLinks"/>.</summary>
    public static (int Index, string Name, int Master, bool Up) LinkAnswer(ReadOnlySpan<byte> message)
    {
        string name = "";
        int master = 0;
        var attributes = new NetlinkAttributes(message[LinkHeader..]);
        while (attributes.Next())
        {
            if (attributes.Type == IFLA_IFNAME)
                name = System.Text.Encoding.UTF8.GetString(attributes.Value).TrimEnd('\0');
            else if (attributes.Type == IFLA_MASTER)
                master = BinaryPrimitives.ReadInt32LittleEndian(attributes.Value);
        }
        return (BinaryPrimitives.ReadInt32LittleEndian(message[4..]), name, master, (BinaryPrimitives.ReadUInt32LittleEndian(message[8..]) & IFF_UP) != 0);
    }

    /// <summary>Reads of such an answer what kind of device it is (<c>bridge</c>), and the note that is on it; empty where there is none.</summary>
    public static (string Kind, string Alias) LinkDetails(ReadOnlySpan<byte> message)
    {
        string kind = "", alias = "";
        var attributes = new NetlinkAttributes(message[LinkHeader..]);
        while (attributes.Next())
        {
            if (attributes.Type == IFLA_IFALIAS)
                alias = System.Text.Encoding.UTF8.GetString(attributes.Value).TrimEnd('\0');
            else if (attributes.Type == IFLA_LINKINFO)
                kind = KindOf(attributes.Value);
        }
        return (kind, alias);
    }

    private static string KindOf(ReadOnlySpan<byte> info)
    {
        var attributes = new NetlinkAttributes(info);
        while (attributes.Next())
        {
            if (attributes.Type == IFLA_INFO_KIND)
                return System.Text.Encoding.UTF8.GetString(attributes.Value).TrimEnd('\0');
        }
        return "";
    }

    /// <summary>Reads an answer to <see cref="ListAddresses"/>.</summary>
    public static (int Index, IPAddress? Address, int Prefix) AddressAnswer(ReadOnlySpan<byte> message)
    {
        IPAddress? address = null;
        var attributes = new NetlinkAttributes(message[AddressHeader..]);
        while (attributes.Next())
        {
            // IFA_LOCAL is the own one where the link is between two points.
            if (attributes.Type == IFA_LOCAL || (attributes.Type == IFA_ADDRESS && address is null))
                address = new IPAddress(attributes.Value);
        }
        return (BinaryPrimitives.ReadInt32LittleEndian(message[4..]), address, message[1]);
    }

    /// <summary>Reads an answer to <see cref="ListRoutes"/>: the network that a route leads to; null for a default route or another table's.</summary>
    public static IPNetwork? RouteAnswer(ReadOnlySpan<byte> message)
    {
        if (message[4] != RT_TABLE_MAIN || message[1] == 0)
            return null;
        var attributes = new NetlinkAttributes(message[RouteHeader..]);
        while (attributes.Next())
        {
            if (attributes.Type == RTA_DST)
                return new IPNetwork(new IPAddress(attributes.Value), message[1]);
        }
        return null;
    }

    private static void BeginLink(this NetlinkBatch batch, ushort type, int flags, int index, bool up, string call, string? name)
    {
        batch.Begin(type, (ushort)flags, call, name);
        Span<byte> header = batch.Fixed(LinkHeader);
        header[0] = AF_UNSPEC;
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], index);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], up ? IFF_UP : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], up ? IFF_UP : 0);
    }

    private static void PutNoLinkLocal(this NetlinkBatch batch)
    {
        int families = batch.Nest(IFLA_AF_SPEC);
        int six = batch.Nest(AF_INET6);
        batch.Put(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
        batch.EndNest(six);
        batch.EndNest(families);
    }

    private static void BeginAddress(this NetlinkBatch batch, ushort type, int flags, int index, IPAddress address, int prefix, string call)
    {
        batch.Begin(type, (ushort)flags, call, $"{address}/{prefix}");
        Span<byte> header = batch.Fixed(AddressHeader);
        header[0] = Family(address);
        header[1] = (byte)prefix;
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], index);
        batch.Put(IFA_LOCAL, address);
        batch.Put(IFA_ADDRESS, address);
        if (address.AddressFamily == AddressFamily.InterNetwork && prefix < 31)
            batch.Put(IFA_BROADCAST, Broadcast(address, prefix));
    }

    private static void BeginRoute(this NetlinkBatch batch, ushort type, int flags, IPNetwork network, byte scope, string call)
    {
        batch.Begin(type, (ushort)flags, call, network.ToString());
        Span<byte> header = batch.Fixed(RouteHeader);
        header[0] = Family(network.BaseAddress);
        header[1] = (byte)network.PrefixLength;
        header[4] = RT_TABLE_MAIN;
        header[5] = RTPROT_STATIC;
        header[6] = header[0] == AF_INET6 ? RT_SCOPE_UNIVERSE : scope;
        header[7] = type == RTM_DELROUTE ? (byte)0 : RTN_UNICAST;
        if (network.PrefixLength > 0)
            batch.Put(RTA_DST, network.BaseAddress);
    }

    private static byte Family(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET;

    private static IPAddress Broadcast(IPAddress address, int prefix)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) | (uint)((1UL << (32 - prefix)) - 1));
        return new IPAddress(bytes);
    }
}
