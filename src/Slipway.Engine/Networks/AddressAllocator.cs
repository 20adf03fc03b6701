using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Slipway.Engine.Builds;
using Slipway.Engine.Containers;
using Slipway.Linux.Files;
using Slipway.Linux.Polling;
using Slipway.Network;
using Slipway.Network.Addresses;
using Slipway.Oci;

namespace Slipway.Engine.Networks;

/// <summary>
/// Gives containers their addresses: rows of the database, which no two containers can have alike. A container keeps its own while it is
/// stopped, unless a network has no other left.
/// </summary>
internal sealed class AddressAllocator(EngineContext context)
{
    private const int DeviceDigits = 6, MostWaits = 40, WaitMilliseconds = 25;
    private static readonly IPNetwork s_linkLocal = new(new IPAddress([169, 254, 0, 0]), 16);

    private NetworkTable Table => context.Networks;

    /// <summary>The container's place in the network: the one that it had, or a new one. The caller holds the container's lock.</summary>
    /// <exception cref="SlipwayException">Conflict: an address that it asked for is taken. Exhausted: there is none.</exception>
    public EndpointRecord Allocate(NetworkRecord network, string container, NetworkAttachment wanted)
    {
        return Table.InTransaction(() => TryAllocate(network, container, wanted, reclaim: false))
            ?? AfterReclaiming(network, container, wanted)
            ?? AfterWaiting(network, container, wanted)
            ?? throw new SlipwayException(ErrorKind.Exhausted, $"no available IPv4 addresses on this network's address pools: {network.Name} ({network.Id})")
            {
                Hint = "remove containers of the network, or make one with a larger --subnet",
            };
    }

    // Those that are dead and not known to be so are settled first.
    private EndpointRecord? AfterReclaiming(NetworkRecord network, string container, NetworkAttachment wanted)
    {
        StepNetwork.ForgetDead(context);
        var reconciler = new ContainerReconciler(context);
        foreach (EndpointRecord endpoint in Table.EndpointsIn(network.Id).Where(e => e.ContainerId != container))
        {
            if (context.Containers.FindById(endpoint.ContainerId) is { IsRunning: true } record && FileLock.TryAcquire(context.Paths.Lock(record.Id)) is { } free)
            {
                free.Dispose();
                reconciler.Settle(record);
            }
        }
        return Table.InTransaction(() => TryAllocate(network, container, wanted, reclaim: true));
    }

    // Who clears up after a container that has just ended holds its lock for a moment, and the address with it.
    private EndpointRecord? AfterWaiting(NetworkRecord network, string container, NetworkAttachment wanted)
    {
        EndpointRecord? found = null;
        for (int i = 0; i < MostWaits && found is null && IsAnyHeld(network, container); i++)
        {
            Poller.Wait([], WaitMilliseconds);
            found = AfterReclaiming(network, container, wanted);
        }
        return found;
    }

    private bool IsAnyHeld(NetworkRecord network, string container)
    {
        foreach (EndpointRecord endpoint in Table.EndpointsIn(network.Id).Where(e => e.ContainerId != container && context.Containers.FindById(e.ContainerId) is { IsRunning: false }))
        {
            using FileLock? free = FileLock.TryAcquire(context.Paths.Lock(endpoint.ContainerId));
            if (free is null)
                return true;
        }
        return false;
    }

    private EndpointRecord? TryAllocate(NetworkRecord network, string container, NetworkAttachment wanted, bool reclaim)
    {
        List<EndpointRecord> endpoints = Table.EndpointsIn(network.Id);
        if (endpoints.Find(e => e.ContainerId == container) is { } own)
        {
            if (Fits(own, network, wanted))
                return own;
            Table.DeleteEndpoint(network.Id, container);
            endpoints.Remove(own);
        }
        List<FileLock> victims = reclaim ? Reclaim(network, endpoints) : [];
        try
        {
            return Give(network, container, wanted, endpoints);
        }
        finally
        {
            victims.ForEach(static held => held.Dispose());
        }
    }

    private EndpointRecord? Give(NetworkRecord network, string container, NetworkAttachment wanted, List<EndpointRecord> endpoints)
    {
        (IPAddress? last4, IPAddress? last6) = Table.LastGiven(network.Id);
        NetworkSubnet? four = network.Subnets.FirstOrDefault(s => !s.IsIpv6), six = network.Subnets.FirstOrDefault(s => s.IsIpv6);
        IPAddress? ipv4 = Address(network, four, wanted.Ipv4Address, last4, endpoints, container), ipv6 = Address(network, six, wanted.Ipv6Address, last6, endpoints, container);
        if ((four is not null && ipv4 is null) || (six is not null && ipv6 is null))
            return null;
        byte[] mac = wanted.MacAddress is { } asked ? MacAddress.TryParse(asked)! : MacAddress.Of(ipv4 ?? ipv6!);
        string prefix = "sv" + network.Id[..DeviceDigits];
        string device = prefix + Digits((ipv4 ?? ipv6)!);
        var endpoint = new EndpointRecord(network.Id, container, device, ipv4, ipv6, MacAddress.Format(mac));
        // Only large networks of IPv6 alone may have two addresses that end alike.
        while (!Table.TryInsert(endpoint))
            endpoint = endpoint with { Device = prefix + Random.Shared.Next(1 << 24).ToString("x6", CultureInfo.InvariantCulture) };
        Table.SetLastGiven(network.Id, wanted.Ipv4Address is null ? ipv4 : last4, wanted.Ipv6Address is null ? ipv6 : last6);
        return endpoint;
    }

    private IPAddress? Address(NetworkRecord network, NetworkSubnet? subnet, string? wanted, IPAddress? last, List<EndpointRecord> endpoints, string container)
    {
        if (subnet is null)
            return null;
        IEnumerable<IPAddress> given = endpoints.Select(e => subnet.IsIpv6 ? e.Ipv6 : e.Ipv4).OfType<IPAddress>();
        if (wanted is not null)
        {
            var fixedOne = IPAddress.Parse(wanted);
            if (!given.Contains(fixedOne) && !fixedOne.Equals(subnet.Gateway))
                return fixedOne;
            // A container that doesn't run has no claim on an address that it did not ask for.
            EndpointRecord? holder = endpoints.Find(e => fixedOne.Equals(subnet.IsIpv6 ? e.Ipv6 : e.Ipv4));
            if (holder is not null && TryTake(network, holder, container) is { } held)
            {
                held.Dispose();
                endpoints.Remove(holder);
                return fixedOne;
            }
            throw new SlipwayException(ErrorKind.Conflict, $"Address already in use: {wanted} in network {network.Name}");
        }
        HashSet<IPAddress> taken = [.. given, subnet.Gateway, .. subnet.Reserved.Values.Select(IPAddress.Parse)];
        return new AddressRange(subnet.Subnet, subnet.Range).Next(last, taken);
    }

    private List<FileLock> Reclaim(NetworkRecord network, List<EndpointRecord> endpoints)
    {
        List<FileLock> held = [];
        foreach (EndpointRecord endpoint in (EndpointRecord[])[.. endpoints])
        {
            if (TryTake(network, endpoint, "") is not { } victim)
                continue;
            held.Add(victim);
            endpoints.Remove(endpoint);
        }
        return held;
    }

    // A build's is in use while it is there. Only of one that doesn't run, isn't about to, and did not ask for the address. Its lock is held until this is committed.
    private FileLock? TryTake(NetworkRecord network, EndpointRecord endpoint, string container)
    {
        if (endpoint.ContainerId == container || endpoint.ContainerId.StartsWith(StepNetwork.Prefix, StringComparison.Ordinal) || FileLock.TryAcquire(context.Paths.Lock(endpoint.ContainerId)) is not { } free)
            return null;
        ContainerRecord? record = context.Containers.FindById(endpoint.ContainerId);
        NetworkAttachment? asked = record?.Request.Attachments?.FirstOrDefault(a => a.Network == network.Name || a.Network == network.Id);
        if (record?.IsRunning == true || asked?.Ipv4Address is not null || asked?.Ipv6Address is not null)
        {
            free.Dispose();
            return null;
        }
        Table.DeleteEndpoint(network.Id, endpoint.ContainerId);
        return free;
    }

    // Whether what a container has is what it asks for now, of the network as it is now.
    private static bool Fits(EndpointRecord own, NetworkRecord network, NetworkAttachment wanted)
    {
        foreach (bool isSix in (ReadOnlySpan<bool>)[false, true])
        {
            IPAddress? has = isSix ? own.Ipv6 : own.Ipv4;
            NetworkSubnet? subnet = network.Subnets.FirstOrDefault(s => s.IsIpv6 == isSix);
            if (subnet is null != has is null || (has is not null && !subnet!.Subnet.Contains(has)))
                return false;
            if ((isSix ? wanted.Ipv6Address : wanted.Ipv4Address) is { } asked && !IPAddress.Parse(asked).Equals(has))
                return false;
        }
        return wanted.MacAddress is not { } mac || MacAddress.Format(MacAddress.TryParse(mac)) == own.Mac;
    }

    private static string Digits(IPAddress address) => Convert.ToHexStringLower(address.GetAddressBytes()[^(DeviceDigits / 2)..]);

    /// <summary>Checks what is asked for against the network.</summary>
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static void Check(NetworkRecord network, NetworkAttachment wanted)
    {
        foreach (string address in wanted.LinkLocalAddresses)
        {
            if (!AddressText.TryParse(address, out IPAddress? parsed) || !(parsed.IsIPv6LinkLocal || s_linkLocal.Contains(parsed)))
                throw Invalid($"invalid link-local IP address: {Linux.Printable.Escape(address)}: it is one of 169.254.0.0/16 or fe80::/10");
        }
        if (wanted.MacAddress is { } mac && MacAddress.TryParse(mac) is null)
            throw Invalid($"invalid MAC address: {Linux.Printable.Escape(mac)}");
        CheckAddress(network, wanted.Ipv4Address, AddressFamily.InterNetwork);
        CheckAddress(network, wanted.Ipv6Address, AddressFamily.InterNetworkV6);
    }

    private static void CheckAddress(NetworkRecord network, string? address, AddressFamily family)
    {
        if (address is null)
            return;
        if (!AddressText.TryParse(address, out IPAddress? parsed) || parsed.AddressFamily != family || parsed.IsIPv4MappedToIPv6)
            throw Invalid($"invalid {(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address: {Linux.Printable.Escape(address)}");
        if (network.IsDefault)
            throw Invalid(NetworkManager.NoAddress);
        NetworkSubnet? subnet = network.Subnets.FirstOrDefault(s => s.IsIpv6 == (family == AddressFamily.InterNetworkV6));
        if (subnet is null or { IsChosen: true })
        {
            throw Invalid("user specified IP address is supported only when connecting to networks with user configured subnets: "
                + $"{network.Name} has {(subnet is null ? "none of that family" : $"{subnet.Subnet}, which nobody named")}; make it with --subnet");
        }
        if (!network.Subnets.Any(s => s.Subnet.Contains(parsed)))
            throw Invalid($"invalid address {address}: It does not belong to any of this network's subnets: {string.Join(", ", network.Subnets.Select(s => s.Subnet.ToString()))}");
    }

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
