using System.Globalization;
using System.Net;
using Slipway.Engine.Containers;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Netlink;
using Slipway.Linux.Processes;
using Slipway.Network.Bridges;
using Slipway.Network.Dns;
using Slipway.Oci;
using Slipway.Runtime.Attach;
using Slipway.Runtime.State;

namespace Slipway.Engine.Networks;

public sealed partial class NetworkManager
{
    private const string HostIsForLife = "container cannot be disconnected from host network or connected to host network";

    /// <summary>Puts a container into one more network; one that runs is connected at once.</summary>
    /// <exception cref="SlipwayException">NotFound; Denied: it runs and is in it; Conflict: it is in none at all; Exhausted.</exception>
    public void Connect(NetworkAttachment wanted, string container)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        NetworkRecord network = Get(wanted.Network);
        ContainerRecord record = _containers.Get(container);
        using ContainerLock held = ContainerLock.Take(_context.Paths, record.Id);
        record = _context.Containers.FindById(record.Id) ?? throw new SlipwayException(ErrorKind.NotFound, $"No such container: {container}");
        if (wanted.Aliases.Count > 0 && (network.IsDefault || network.Driver != "bridge"))
            throw Invalid(NoAliases);
        if (network.Driver == "host")
            throw Invalid(HostIsForLife);
        if (network.Driver != "bridge")
            throw new SlipwayException(ErrorKind.Denied, $"container cannot be connected to {network.Name} network after its creation");
        if (IsPrivate(record.Request.Network))
            throw new SlipwayException(ErrorKind.Conflict, record.Request.Network == "none"
                ? "container cannot be connected to multiple networks with one of the networks in private (none) mode"
                : "container sharing network namespace with another container or host cannot be connected to any other network");
        IReadOnlyList<NetworkAttachment> attachments = AttachmentsOf(record.Request);
        // docker's way: once more is none where nothing runs, and refused where it does.
        bool isIn = attachments.Any(a => Find(_context, a.Network)?.Id == network.Id);
        if (isIn && !record.IsRunning)
            return;
        if (isIn)
            throw new SlipwayException(ErrorKind.Denied, $"endpoint with name {record.Name} already exists in network {network.Name}");
        ContainerRequest request = record.Request with { Attachments = [.. attachments, wanted with { Network = network.Name }] };
        Check(request);
        if (record.IsRunning)
            Link(record with { Request = request }, network, wanted, WayOut.Of(PlacesOf(record)));
        else
            AddressAllocator.Check(network, wanted);
        _context.Containers.SetRequest(record.Id, request);
        _context.Events.Network(network, "connect", null, ("container", record.Id));
    }

    /// <summary>Takes a container out of a network.</summary>
    /// <param name="network">Which.</param>
    /// <param name="container">Whom.</param>
    /// <param name="force">Also where there is no such network any more.</param>
    /// <exception cref="SlipwayException">NotFound; InvalidArgument: it is the host's; Conflict: it is not in it.</exception>
    public void Disconnect(string network, string container, bool force = false)
    {
        if (force && Find(_context, network) is null)
        {
            Forget(network, container);
            return;
        }
        NetworkRecord from = Get(network);
        if (from.Driver == "host")
            throw Invalid(HostIsForLife);
        ContainerRecord record = _containers.Get(container);
        using ContainerLock held = ContainerLock.Take(_context.Paths, record.Id);
        record = _context.Containers.FindById(record.Id) ?? throw new SlipwayException(ErrorKind.NotFound, $"No such container: {container}");
        List<NetworkAttachment> attachments = [.. AttachmentsOf(record.Request)];
        if (attachments.RemoveAll(a => Find(_context, a.Network)?.Id == from.Id) == 0)
            throw new SlipwayException(ErrorKind.Conflict, $"container {record.Id} is not connected to network {from.Name}");
        ContainerRequest request = record.Request with { Attachments = attachments };
        _context.Containers.SetRequest(record.Id, request);
        try
        {
            if (record.IsRunning && Table.EndpointsOf(record.Id).Find(e => e.NetworkId == from.Id) is { } endpoint)
                Unlink(record with { Request = request }, endpoint, WayOut.Of(PlacesOf(record)));
        }
        finally
        {
            // Also where its ports can't be had in the network that leads out now: it is out of this one.
            Table.DeleteEndpoint(from.Id, record.Id);
            _context.Events.Network(from, "disconnect", null, ("container", record.Id));
        }
    }

    // What is left of a network that is gone is a name in the request.
    private void Forget(string network, string container)
    {
        ContainerRecord record = _containers.Get(container);
        using ContainerLock held = ContainerLock.Take(_context.Paths, record.Id);
        record = _context.Containers.FindById(record.Id) ?? throw new SlipwayException(ErrorKind.NotFound, $"No such container: {container}");
        List<NetworkAttachment> attachments = [.. AttachmentsOf(record.Request)];
        if (attachments.RemoveAll(a => a.Network == network) == 0)
            throw new SlipwayException(ErrorKind.Conflict, $"container {record.Id} is not connected to the network {Printable.Escape(network)}");
        _context.Containers.SetRequest(record.Id, record.Request with { Attachments = attachments });
    }

    // As it is with the network; "before" has led out until now.
    private void Link(ContainerRecord record, NetworkRecord network, NetworkAttachment wanted, NetworkPlace? before)
    {
        using var host = new NetworkHost(Table, _context.Options);
        int bridge;
        using (FileLock locked = host.Lock())
            (network, bridge) = host.Ensure(network);
        AddressAllocator.Check(network, wanted);
        var endpoint = new ContainerEndpoint(network, bridge, wanted, new AddressAllocator(_context).Allocate(network, record.Id, wanted));
        NetworkPlace? way = WayOut.Of(PlacesOf(record));
        var ports = new RunningPorts(_context, record);
        bool moves = way?.Network?.Id != before?.Network?.Id;
        try
        {
            using SafeFd space = OpenNetwork(record);
            using NetlinkSocket inside = NetworkNamespace.Within(space, () => NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE));
            if (endpoint.Endpoint.Ipv6 is not null)
                NetworkNamespace.Within(space, AllowIpv6);
            if (moves)
                ports.Withdraw();
            Connector.Connect(host.Route, inside, space, bridge, endpoint.LinkOf(FreeName(inside), moves));
            if (moves)
                ports.Publish(host, way!);
            if (!network.IsDefault)
                Serve(record, space);
            NetworkRelease.Enter(_context, record, endpoint);
            NameFiles.Append(_context.Paths.NameFiles(record.Id), record.Request, record.Request.Hostname ?? record.ShortId, endpoint.Addresses);
        }
        catch
        {
            Connector.Disconnect(host.Route, endpoint.Endpoint.Device);
            Table.DeleteEndpoint(network.Id, record.Id);
            if (moves && before is not null)
                GoBack(record, host, ports, before);
            throw;
        }
    }

    // What failed is told, not what of it can't be undone: its next start has all that it asked for.
    private void GoBack(ContainerRecord record, NetworkHost host, RunningPorts ports, NetworkPlace before)
    {
        try
        {
            SetWayOut(record, before);
            ports.Withdraw();
            ports.Publish(host, before);
        }
        catch (SlipwayException)
        {
        }
    }

    // One that was in the default network alone has had no names of others to look up.
    private void Serve(ContainerRecord record, SafeFd space)
    {
        if (NetworkNamespace.Within(space, ResolverSockets.AreThere))
            return;
        ContainerRequest request = NetworkStarter.WithDefaults(record.Request, _context.Defaults.Read());
        (SafeFd datagrams, SafeFd streams) = NetworkNamespace.Within(space, ResolverSockets.Open);
        using (datagrams)
        using (streams)
            RunningMonitor.BeginService(_context.Paths.Run(record.Id), NetworkStarter.ResolverOf(_context, record.Id, request).ToString(), datagrams, streams);
        new NameFiles(_context.Paths.NameFiles(record.Id)).Rewrite(NetworkStarter.ResolvConfOf(request, serves: true));
    }

    private void Unlink(ContainerRecord record, EndpointRecord endpoint, NetworkPlace? before)
    {
        using var host = new NetworkHost(Table, _context.Options);
        NetworkPlace? way = WayOut.Of(PlacesOf(record));
        var ports = new RunningPorts(_context, record);
        bool moves = way?.Network?.Id != before?.Network?.Id;
        if (moves)
            ports.Withdraw();
        if (new Memberships(_context.Paths.Memberships(record.Id)).List().FirstOrDefault(m => m.Network == endpoint.NetworkId) is { } membership)
            NetworkRelease.Leave(_context, record.Id, membership);
        Connector.Disconnect(host.Route, endpoint.Device);
        if (!moves || way is null)
            return;
        // The default route went with the device.
        SetWayOut(record, way);
        ports.Publish(host, way);
    }

    private void SetWayOut(ContainerRecord record, NetworkPlace way)
    {
        using SafeFd space = OpenNetwork(record);
        using NetlinkSocket inside = NetworkNamespace.Within(space, () => NetlinkSocket.Open(NetlinkProtocol.NETLINK_ROUTE));
        Connector.SetWayOut(inside, (IPAddress?)way.Endpoint!.Ipv4 ?? way.Endpoint.Ipv6!, [.. way.Network!.Subnets.Select(s => s.WayOut)]);
    }

    private SafeFd OpenNetwork(ContainerRecord record)
    {
        ContainerState state = ContainerProbe.ReadState(_context.Paths.Run(record.Id)) ?? throw Ended(record);
        SafeFd space = SmallFile.Open($"/proc/{state.Pid}/ns/net");
        if (ContainerProbe.IsAlive(state))
            return space;
        space.Dispose();
        throw Ended(record);
    }

    private static SlipwayException Ended(ContainerRecord record) => new(ErrorKind.Conflict, $"container {record.Name} has just ended");

    private static bool AllowIpv6()
    {
        SmallFile.Write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "0");
        SmallFile.Write("/proc/sys/net/ipv6/conf/default/accept_ra", "0");
        SmallFile.Write("/proc/sys/net/ipv6/conf/default/accept_dad", "0");
        return true;
    }

    private static string FreeName(NetlinkSocket inside)
    {
        HashSet<string> names = Connector.Names(inside);
        for (int i = 0; ; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"eth{i}");
            if (!names.Contains(name))
                return name;
        }
    }
}
