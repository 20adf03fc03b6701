using System.Net;
using Slipway.Linux;
using Slipway.Linux.Netlink;
using Slipway.Linux.Processes;

namespace Slipway.Network.Bridges;

/// <summary>A bridge as the kernel has it.</summary>
public static class BridgeDevice
{
    /// <summary>The group of devices (ip-link(8)) that the bridges of every store are in, whatever they are called: "slip" as a number.</summary>
    public const uint Group = 0x736c6970;

    private const string RouteLocalnet = "route_localnet";
    private static readonly IPAddress s_linkLocal = IPAddress.Parse("fe80::1");

    /// <summary>The index of the bridge; null where there is none that is up.</summary>
    public static int? Find(NetlinkSocket route, string name) => Get(route, name) is { Up: true, Index: var index } ? index : null;

    /// <summary>Whether there is one, up or not.</summary>
    public static bool Exists(NetlinkSocket route, string name) => Get(route, name) is not null;

    /// <summary>
    /// Makes the bridge with its addresses and routes, anew where a part of it is there. Nothing is left of one that can't be made.
    /// </summary>
    /// <exception cref="LinuxException">
    /// EEXIST with the call "add route": exactly this network leads somewhere else on this host. The kernel itself decides who was first.
    /// </exception>
    public static int Make(NetlinkSocket route, BridgeConfig config)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(config);
        Delete(route, config.Name);
        var batch = new NetlinkBatch();
        batch.AddBridge(config.Name, MacAddress.Random(), Group, config.Mtu);
        batch.GetLink(config.Name);
        int index = 0;
        route.Send(batch, (_, message) => index = RouteMessages.LinkAnswer(message).Index);
        try
        {
            Configure(config);
            route.Send(Addresses(config, index));
            AddOtherName(route, config, index);
            return index;
        }
        catch
        {
            Delete(route, config.Name);
            throw;
        }
    }

    /// <summary>Removes it with its routes; one that is not there is no error.</summary>
    public static void Delete(NetlinkSocket route, string name)
    {
        var batch = new NetlinkBatch();
        batch.DeleteLink(name);
        if (route.TrySend(batch) is { Errno: not Errno.ENODEV } failed)
            throw failed;
    }

    /// <summary>The note that a device carries, empty without one; null where there is no such device.</summary>
    public static string? NoteOf(NetlinkSocket route, string name)
    {
        ArgumentNullException.ThrowIfNull(route);
        string? note = null;
        var batch = new NetlinkBatch();
        batch.GetLink(name);
        LinuxException? missing = route.TrySend(batch, (_, message) => note = RouteMessages.LinkDetails(message).Alias);
        return missing is null or { Errno: Errno.ENODEV } ? note : throw missing;
    }

    /// <summary>Removes the bridges that carry a note, where nothing is connected with them and this is said of their name and note.</summary>
    public static void DeleteUnused(NetlinkSocket route, Func<string, string, bool> which)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(which);
        List<(int Index, string Name, string Note)> bridges = [];
        HashSet<int> used = [];
        var batch = new NetlinkBatch();
        batch.ListLinks();
        route.Send(batch, (_, message) =>
        {
            var link = RouteMessages.LinkAnswer(message);
            used.Add(link.Master);
            if (RouteMessages.LinkDetails(message) is { Kind: "bridge", Alias: { Length: > 0 } note })
                bridges.Add((link.Index, link.Name, note));
        });
        foreach ((int index, _, _) in bridges.Where(b => !used.Contains(b.Index) && which(b.Name, b.Note)))
        {
            // By its number, which no other device gets: one that takes its name meanwhile is not meant.
            var delete = new NetlinkBatch();
            delete.DeleteLink(index);
            if (route.TrySend(delete) is { Errno: not Errno.ENODEV } failed)
                throw failed;
        }
    }

    /// <summary>The addresses that a device of this host's has, with their bits, but for those that IPv6 gives each; none where there is no such device.</summary>
    public static List<(IPAddress Address, int Bits)> AddressesOf(NetlinkSocket route, string name)
    {
        List<(IPAddress, int)> addresses = [];
        if (Get(route, name) is not { } device)
            return addresses;
        var batch = new NetlinkBatch();
        batch.ListAddresses();
        route.Send(batch, (_, message) =>
        {
            var found = RouteMessages.AddressAnswer(message);
            if (found.Index == device.Index && found.Address is { IsIPv6LinkLocal: false } address)
                addresses.Add((address, found.Prefix));
        });
        return addresses;
    }

    /// <summary>The networks that the host has routes to.</summary>
    public static List<IPNetwork> Routes(NetlinkSocket route)
    {
        var batch = new NetlinkBatch();
        batch.ListRoutes();
        List<IPNetwork> routes = [];
        route.Send(batch, (_, message) =>
        {
            if (RouteMessages.RouteAnswer(message) is { } network)
                routes.Add(network);
        });
        return routes;
    }

    private static (int Index, bool Up)? Get(NetlinkSocket route, string name)
    {
        (int, bool)? found = null;
        var batch = new NetlinkBatch();
        batch.GetLink(name);
        LinuxException? missing = route.TrySend(batch, (_, message) =>
        {
            var link = RouteMessages.LinkAnswer(message);
            found = (link.Index, link.Up);
        });
        return missing is null or { Errno: Errno.ENODEV } ? found : throw missing;
    }

    private static NetlinkBatch Addresses(BridgeConfig config, int index)
    {
        var batch = new NetlinkBatch();
        batch.SetUp(index, config.Name, config.Note);
        foreach (BridgeSubnet subnet in config.Subnets)
        {
            // Networks of the link's own may be on several devices: the kernel keeps those routes apart itself.
            batch.AddAddress(index, subnet.Gateway, subnet.Network.PrefixLength, route: subnet.IsLinkLocal);
            if (!subnet.IsLinkLocal)
                batch.AddNetworkRoute(subnet.Network, index, subnet.Gateway);
        }
        if (config.HasIpv6 && !config.Subnets.Any(s => s.Gateway.Equals(s_linkLocal)))
            batch.AddAddress(index, s_linkLocal, 64, route: true);
        return batch;
    }

    // For those who look for it by that name: where the kernel is too old for it, or somebody has the name, there is the other one.
    private static void AddOtherName(NetlinkSocket route, BridgeConfig config, int index)
    {
        if (config.OtherName is not { } name)
            return;
        var batch = new NetlinkBatch();
        batch.AddOtherName(index, name);
        route.TrySend(batch);
    }

    /// <summary>Sets what the kernel has to let through at the device, which is there.</summary>
    public static void Configure(BridgeConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        // What this host sends to a published port from 127.0.0.1 comes back here; whatever else comes for 127.0.0.0/8 is dropped by the rules.
        Set("ipv4", config.Name, RouteLocalnet, "1");
        // Nor where the packets are too small for it (RFC 8200, section 5).
        if (!Directory.Exists("/proc/sys/net/ipv6/conf/" + config.Name))
            return;
        // A container is nobody's router.
        Set("ipv6", config.Name, "accept_ra", "0");
        Set("ipv6", config.Name, "disable_ipv6", config.HasIpv6 ? "0" : "1");
        // Its link-local address is always the same one.
        Set("ipv6", config.Name, "addr_gen_mode", "1");
    }

    /// <summary>Whether that was done.</summary>
    public static bool IsConfigured(string name) => SmallFile.TryReadText($"/proc/sys/net/ipv4/conf/{name}/{RouteLocalnet}")?.Trim() == "1";

    /// <summary>Takes back what lets packets in to which nobody else is used; a bridge that is gone is no error.</summary>
    public static void Unconfigure(string name)
    {
        if (IsConfigured(name))
            Set("ipv4", name, RouteLocalnet, "0");
    }

    private static void Set(string family, string device, string name, string value) =>
        SmallFile.Write($"/proc/sys/net/{family}/conf/{device}/{name}", value);
}
