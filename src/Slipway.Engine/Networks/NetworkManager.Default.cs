using System.Globalization;
using System.Net.Sockets;
using Slipway.Engine.Builds;
using Slipway.Engine.Containers;
using Slipway.Engine.Defaults;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Netlink;
using Slipway.Network.Bridges;
using Slipway.Oci;

namespace Slipway.Engine.Networks;

public sealed partial class NetworkManager
{
    /// <summary>
    /// Makes the default network's bridge, with addresses where it has none yet, as its first container would; nothing where there shall be none.
    /// </summary>
    /// <exception cref="SlipwayException">As for a container's start: Denied or NotSupported where the host has no networks; Conflict: addresses are in use.</exception>
    public void EnsureDefault()
    {
        DefaultNetwork wanted = Table.Defaults.Network;
        if (wanted is { Disabled: true, TakesDockersName: false })
            return;
        try
        {
            NetworkRecord network = Default(_context);
            // docker's name may have become free since, or somebody else's.
            if (IsDockers(wanted) && OwnDevice(_context, network.Id, wanted) is var own && (own ?? wanted.Bridge, own is null) != (network.Bridge, network.IsForeign))
                TryRedefine(network, Defined(network, wanted, own));
            using var host = new NetworkHost(Table, _context.Options);
            using FileLock held = host.Lock();
            if (!wanted.Disabled)
                host.Ensure(Default(_context));
            else if (wanted.TakesDockersName)
                DockersBridge.RemoveUnused(host.Route);
        }
        catch (LinuxException e)
        {
            throw ConnectedNamespace.Explain(DefaultName, e);
        }
    }

    /// <summary>
    /// Takes away what this host has of the default network, where nobody is in it; its addresses are still the same when it is used again, if they
    /// can be. One of docker's name stays, as docker leaves it: what listens at its address goes on.
    /// </summary>
    public void ReleaseDefault()
    {
        if (Table.FindByName(DefaultName) is { HasAddresses: true } network && !StaysUnused(network))
            TryRelease(network, () => { });
    }

    private static bool StaysUnused(NetworkRecord network) => network.Bridge == DockersBridge.Name && !network.IsForeign;

    /// <summary>Whether there shall be no default network.</summary>
    internal static bool IsDefaultDisabled(EngineContext context) => context.Networks.Defaults.Network.Disabled;

    /// <summary>What somebody asks for who asks for the default network where there is none: none.</summary>
    internal static ContainerRequest WithoutDisabled(EngineContext context, ContainerRequest request) =>
        request is { Network: DefaultName or "default", Attachments: null } && IsDefaultDisabled(context) ? request with { Network = "none" } : request;

    /// <summary>The default network: a row from its first use on, addresses from the first container's on.</summary>
    internal static NetworkRecord Default(EngineContext context) => context.Networks.FindByName(DefaultName) ?? context.Networks.InTransaction(() =>
    {
        string id = RandomBytes.Hex256();
        var plain = new NetworkRecord { Id = id, Name = DefaultName, Created = context.Now };
        context.Networks.TryInsert(Defined(context, plain, context.Networks.Defaults.Network));
        return context.Networks.FindByName(DefaultName)!;
    });

    /// <summary>Makes the default network another one.</summary>
    /// <returns>False where containers or steps are in it: it stays as it is.</returns>
    /// <exception cref="SlipwayException">InvalidArgument, NotFound: nothing has changed.</exception>
    internal bool TryRedefine(DefaultNetwork wanted)
    {
        NetworkRecord old = Default(_context);
        return TryRedefine(old, Defined(_context, old, wanted));
    }

    private bool TryRedefine(NetworkRecord old, NetworkRecord made) => TryRelease(old, () =>
    {
        foreach (EndpointRecord endpoint in Table.EndpointsIn(old.Id))
            Table.DeleteEndpoint(old.Id, endpoint.ContainerId);
        Table.Update(made);
    });

    // False where containers that run are in it, or steps; what comes after it is done under the same lock.
    private bool TryRelease(NetworkRecord network, Action then)
    {
        using var host = new NetworkHost(Table, _context.Options);
        using FileLock held = host.Lock();
        StepNetwork.ForgetDead(_context);
        if (MembersOf(network).Count > 0 || Table.MembersWith(StepNetwork.Prefix).Count > 0)
            return false;
        if (network.HasAddresses)
            host.Remove(network);
        then();
        return true;
    }

    private static string? AddressOf(string device)
    {
        using NetlinkSocket route = NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE);
        return BridgeDevice.AddressesOf(route, device).Where(a => a.Address.AddressFamily is AddressFamily.InterNetwork).Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Address}/{a.Bits}")).FirstOrDefault();
    }

    /// <summary>What a store calls its own.</summary>
    internal static string OwnBridge(EngineOptions options, string id) => options.HostTag.Length == 0 ? "slip0" : BridgeOf(id);

    private static bool IsDockers(DefaultNetwork wanted) => wanted.TakesDockersName || wanted.Bridge == DockersBridge.Name;

    // The store's own, by docker's name where it may have that; null: a bridge that somebody else made.
    private static string? OwnDevice(EngineContext context, string id, DefaultNetwork wanted)
    {
        if (IsDockers(wanted))
        {
            using var host = new NetworkHost(context.Networks, context.Options);
            if (DockersBridge.TryTake(host.Route, context.Options))
                return DockersBridge.Name;
        }
        return wanted.Bridge is null ? OwnBridge(context.Options, id) : null;
    }

    private static NetworkRecord Defined(EngineContext context, NetworkRecord plain, DefaultNetwork wanted) => Defined(plain, wanted, OwnDevice(context, plain.Id, wanted));

    /// <summary>The default network's row by what is to hold of it, on a device of the store's own or null. Addresses that nobody named are chosen at its first use.</summary>
    private static NetworkRecord Defined(NetworkRecord plain, DefaultNetwork wanted, string? own)
    {
        if (own is not null)
            wanted = wanted with { Bridge = null };
        if (wanted is { Bridge: not null, Address: not null })
            throw Invalid("conflicting options: --bridge and --bip: a bridge that somebody else made has its address already");
        string? address = wanted.Bridge is { } bridge ? AddressOf(bridge) : wanted.Address;
        if (wanted.Bridge is not null && address is null)
            throw new SlipwayException(ErrorKind.NotFound, $"bridge device with non default name {Printable.Escape(wanted.Bridge)} must be created manually: there is none with an IPv4 address");
        if (wanted.Gateway is not null && address is null)
            throw Invalid("--default-gateway without --bip or --bridge: the network's addresses are not known before it is used");
        List<string> subnets = [], gateways = [], ranges = [];
        Dictionary<string, string> reserved = [];
        if ((address ?? wanted.Range) is { } four)
            subnets.Add(four);
        if (address is not null)
            gateways.Add(address.Split('/')[0]);
        if (wanted.Range is not null)
            ranges.Add(wanted.Range);
        if (wanted.Gateway is not null)
            reserved[NetworkSubnet.Router4] = wanted.Gateway;
        if (wanted is { Ipv6: true, Range6: { } six })
            subnets.Add(six);
        if (wanted is { Ipv6: true, Gateway6: { } router })
            reserved[NetworkSubnet.Router6] = router;
        NetworkRecord made = plain with
        {
            Bridge = wanted.Bridge ?? own!,
            IsForeign = wanted.Bridge is not null,
            EnableIPv6 = wanted.Ipv6,
            Options = wanted.Options,
            Subnets = SubnetsOf(new() { Name = DefaultName, Subnets = subnets, Gateways = gateways, Ranges = ranges, Reserved = reserved }),
        };
        NetworkOptions.Check(made);
        return made;
    }
}
