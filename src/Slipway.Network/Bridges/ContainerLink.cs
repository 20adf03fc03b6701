using System.Net;
using Slipway.Linux;
using Slipway.Linux.Netlink;

namespace Slipway.Network.Bridges;

/// <summary>What connects a container with a bridge.</summary>
public sealed record ContainerLink
{
    /// <summary>The device on this host's side, at most 15 bytes: no two containers of a network have the same, so the kernel lets nobody have an
    /// address whose last owner has not gone yet.</summary>
    public required string HostName { get; init; }

    /// <summary>The device in the container.</summary>
    public required string Name { get; init; }

    /// <summary>Six bytes.</summary>
    public required ReadOnlyMemory<byte> Mac { get; init; }

    /// <summary>Its addresses.</summary>
    public required IReadOnlyList<(IPAddress Address, int Prefix)> Addresses { get; init; }

    /// <summary>Where what is for elsewhere goes, at most one a family.</summary>
    public IReadOnlyList<IPAddress> Gateways { get; init; } = [];

    /// <summary>Bytes a packet; null: the kernel's default.</summary>
    public uint? Mtu { get; init; }

    /// <summary>It reaches no other isolated container of the bridge.</summary>
    public bool Isolated { get; init; }

    /// <summary>Whether what the container sends to its own published port goes back by the port it came from: so where bridged packets are filtered.</summary>
    public bool Hairpin { get; init; }
}

/// <summary>Connects containers.</summary>
public static class Connector
{
    private const int Loopback = 1;

    /// <summary>Makes the pair of devices and gives the container its addresses and routes.</summary>
    /// <param name="host">A socket of this host's.</param>
    /// <param name="container">A socket of the container's namespace.</param>
    /// <param name="space">That namespace.</param>
    /// <param name="bridge">The bridge's index.</param>
    /// <param name="link">What to make.</param>
    public static void Connect(NetlinkSocket host, NetlinkSocket container, SafeFd space, int bridge, ContainerLink link)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(container);
        ArgumentNullException.ThrowIfNull(link);
        var pair = new VethPair { Name = link.HostName, Bridge = bridge, PeerName = link.Name, PeerMac = link.Mac, PeerNamespace = space, Mtu = link.Mtu };
        MakePair(host, pair);
        if (link.Isolated || link.Hairpin)
            SetPort(host, link);
        var find = new NetlinkBatch();
        find.GetLink(link.Name);
        int index = 0;
        container.Send(find, (_, message) => index = RouteMessages.LinkAnswer(message).Index);
        var batch = new NetlinkBatch();
        batch.SetUp(Loopback, "lo");
        batch.SetUp(index, link.Name);
        foreach ((IPAddress address, int prefix) in link.Addresses)
            batch.AddAddress(index, address, prefix, route: true);
        foreach (IPAddress gateway in link.Gateways)
            batch.AddDefaultRoute(gateway, index);
        container.Send(batch);
    }

    /// <summary>Takes the connection away; one that has gone with its container is no error.</summary>
    public static void Disconnect(NetlinkSocket host, string hostName)
    {
        ArgumentNullException.ThrowIfNull(host);
        var batch = new NetlinkBatch();
        batch.DeleteLink(hostName);
        if (host.TrySend(batch) is { Errno: not Errno.ENODEV } failed)
            throw failed;
    }

    /// <summary>Brings the loopback device of a namespace up.</summary>
    public static void BringUpLoopback(NetlinkSocket container)
    {
        ArgumentNullException.ThrowIfNull(container);
        var batch = new NetlinkBatch();
        batch.SetUp(Loopback, "lo");
        container.Send(batch);
    }

    /// <summary>The names of all devices of a namespace.</summary>
    public static HashSet<string> Names(NetlinkSocket container)
    {
        ArgumentNullException.ThrowIfNull(container);
        HashSet<string> names = [];
        var batch = new NetlinkBatch();
        batch.ListLinks();
        container.Send(batch, (_, message) => names.Add(RouteMessages.LinkAnswer(message).Name));
        return names;
    }

    /// <summary>Sets the default routes by the device that has an address; those that are there stay.</summary>
    public static void SetWayOut(NetlinkSocket container, IPAddress address, IReadOnlyList<IPAddress> gateways)
    {
        ArgumentNullException.ThrowIfNull(container);
        ArgumentNullException.ThrowIfNull(gateways);
        int index = 0;
        var find = new NetlinkBatch();
        find.ListAddresses();
        container.Send(find, (_, message) =>
        {
            var found = RouteMessages.AddressAnswer(message);
            if (address.Equals(found.Address))
                index = found.Index;
        });
        var batch = new NetlinkBatch();
        foreach (IPAddress gateway in gateways)
            batch.AddDefaultRoute(gateway, index);
        container.Send(batch);
    }

    // A namespace goes a moment after its last process. Whoever gets the address meanwhile takes the device away first.
    private static void MakePair(NetlinkSocket host, VethPair pair)
    {
        var batch = new NetlinkBatch();
        batch.AddVeth(pair);
        if (host.TrySend(batch) is not { } failed)
            return;
        if (failed.Errno != Errno.EEXIST)
            throw failed;
        Disconnect(host, pair.Name);
        var again = new NetlinkBatch();
        again.AddVeth(pair);
        host.Send(again);
    }

    private static void SetPort(NetlinkSocket host, ContainerLink link)
    {
        int index = 0;
        var find = new NetlinkBatch();
        find.GetLink(link.HostName);
        host.Send(find, (_, message) => index = RouteMessages.LinkAnswer(message).Index);
        var batch = new NetlinkBatch();
        batch.SetPort(index, link.HostName, link.Hairpin, link.Isolated);
        host.Send(batch);
    }
}
