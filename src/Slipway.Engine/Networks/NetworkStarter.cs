using System.Net;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Containers.Users;
using Slipway.Engine.Defaults;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Namespaces;
using Slipway.Network.Dns;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Networks;

/// <summary>
/// Connects a container that is about to start. The flow of <see cref="Start"/>: (1) bridges and rules are there; (2) addresses are rows;
/// (3) a network namespace is made, with a link into each bridge; (4) ports are taken and led in; (5) names are entered and its files written.
/// Nobody is in the namespace before all of it is done.
/// </summary>
internal sealed class NetworkStarter(EngineContext context, ContainerRecord record, ImageRecord image)
{
    // A chain of containers that share each other's network has an end, unless somebody made it a ring by renaming.
    private const int MostShared = 16;

    private readonly EngineDefaults _defaults = context.Defaults.Read();

    /// <summary>The ids of its own that the container has; null: the host's.</summary>
    public ContainerUsers? Users { get; init; }

    /// <summary>What a container asks for, and the store's for what it doesn't.</summary>
    internal static ContainerRequest WithDefaults(ContainerRequest request, EngineDefaults defaults) => request with
    {
        DnsServers = request.DnsServers.Count > 0 ? request.DnsServers : defaults.DnsServers,
        DnsSearch = request.DnsSearch.Count > 0 ? request.DnsSearch : defaults.DnsSearch,
        DnsOptions = request.DnsOptions.Count > 0 ? request.DnsOptions : defaults.DnsOptions,
    };

    private ContainerRequest Request => field ??= WithDefaults(record.Request, _defaults);

    private string Files => context.Paths.NameFiles(record.Id);

    private NetworkTable Table => context.Networks;

    /// <summary>Makes what the container asked for. The caller holds the container's lock, and disposes what comes back when the monitor has it.</summary>
    /// <exception cref="SlipwayException">NotFound, Conflict, Exhausted; Denied or NotSupported where the host has no networks for containers.</exception>
    public StartedNetwork Start()
    {
        var started = new StartedNetwork();
        try
        {
            if (SharedMode.ContainerOf(Request.Network) is { } other)
                Share(started, other);
            else if (NetworkManager.AttachmentsOf(Request) is { Count: > 0 } attachments)
                Connect(started, attachments);
            else
                WriteFiles(started, [], null, ResolvConf(false), []);
            return started;
        }
        catch (LinuxException e)
        {
            Undo(started);
            throw ConnectedNamespace.Explain(Request.Network, e);
        }
        catch
        {
            Undo(started);
            throw;
        }
    }

    private void Undo(StartedNetwork started)
    {
        started.Dispose();
        NetworkRelease.Release(context, record.Id);
    }

    // The files are the other's too: what it can reach, it can reach by the same names.
    private void Share(StartedNetwork started, string other)
    {
        if (new ContainerManager(context).Get(other).Id == record.Id)
            throw new SlipwayException(ErrorKind.InvalidArgument, "cannot join own network");
        (ContainerRecord target, started.Namespace) = SharedNetwork.Open(context, other);
        started.Mounts = [.. NameFiles.Mounts(context.Paths.NameFiles(target.Id), Request).Where(m => File.Exists(m.Source))];
    }

    private void Connect(StartedNetwork started, IReadOnlyList<NetworkAttachment> attachments)
    {
        using var host = new NetworkHost(Table, context.Options);
        List<(NetworkRecord Network, int Bridge, NetworkAttachment Wanted)> networks = [];
        using (FileLock held = host.Lock())
        {
            foreach (NetworkAttachment wanted in attachments)
            {
                (NetworkRecord network, int bridge) = host.Ensure(NetworkManager.Resolve(context, wanted.Network));
                AddressAllocator.Check(network, wanted);
                networks.Add((network, bridge, wanted));
            }
        }
        var allocator = new AddressAllocator(context);
        List<ContainerEndpoint> endpoints = [];
        foreach ((NetworkRecord network, int bridge, NetworkAttachment wanted) in networks)
            endpoints.Add(new(network, bridge, wanted, allocator.Allocate(network, record.Id, wanted)));
        ContainerEndpoint? way = ContainerEndpoint.WayOutOf(endpoints);
        bool serves = endpoints.Exists(e => !e.Network.IsDefault) || ServesDefault();
        started.Namespace = ConnectedNamespace.Make(host, endpoints, way, Users?.TakeNetwork());
        if (serves)
            Serve(started);
        Publish(started, host, way);
        EnterNames(started, endpoints);
        IPAddress[] addresses = [.. endpoints.SelectMany(e => e.Addresses)];
        LinkedContainer[] linked = [.. Linked(endpoints)];
        started.Environment = [.. linked.SelectMany(l => l.Environment(record.Name))];
        WriteFiles(started, addresses, (way ?? endpoints[0]).Gateway, ResolvConf(serves), linked.SelectMany(l => l.HostsLines));
    }

    private void Serve(StartedNetwork started)
    {
        started.ResolverSockets = NetworkNamespace.Within(started.Namespace!, ResolverSockets.Open);
        started.Resolver = ResolverOf(context, record.Id, Request);
    }

    /// <summary>What a container's name server is told.</summary>
    internal static ResolverConfig ResolverOf(EngineContext context, string id, ContainerRequest request) =>
        new(context.Paths.Names, context.Paths.Memberships(id), request.DnsServers.Count > 0 ? [.. request.DnsServers.Select(IPAddress.Parse)] : HostResolver.Read().Servers);

    private void Publish(StartedNetwork started, NetworkHost host, ContainerEndpoint? way)
    {
        IReadOnlyList<PortRequest> ports = NetworkManager.PortsOf(Request, image);
        if (ports.Count == 0 || way is null)
            return;
        started.LeavesTraces = true;
        started.Ports = new PortPublisher(context, host, _defaults.RelaysPorts).Publish(record, ports, [.. way.Addresses], NetworkOptions.HostAddressOf(way.Network));
    }

    private void EnterNames(StartedNetwork started, List<ContainerEndpoint> endpoints)
    {
        foreach (ContainerEndpoint endpoint in endpoints.Where(e => !e.Network.IsDefault || ServesDefault()))
        {
            NetworkRelease.Enter(context, record, endpoint);
            started.LeavesTraces = true;
        }
    }

    private bool ServesDefault() => Request.DnsServers.Count == 0 && HostResolver.Read().IsOutOfReach;

    private string ResolvConf(bool serves) => ResolvConfOf(Request, serves);

    /// <summary>What stands in a container's resolv.conf.</summary>
    internal static string ResolvConfOf(ContainerRequest request, bool serves) => new ResolvConf(HostResolver.Read())
    {
        IsOfHost = request.Network == "host",
        IsKept = true,
        Servers = request.DnsServers,
        Search = request.DnsSearch,
        Options = request.DnsOptions,
    }.Text(serves);

    private void WriteFiles(StartedNetwork started, IReadOnlyList<IPAddress> addresses, IPAddress? gateway, string resolv, IEnumerable<string> linked)
    {
        Directory.CreateDirectory(Files, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string hostname = Request.Hostname ?? (Request.Network == "host" ? Environment.MachineName : record.ShortId);
        IPAddress? host = _defaults.HostGateway is { } named ? IPAddress.Parse(named) : Request.Network == "host" ? IPAddress.Loopback : gateway;
        new NameFiles(Files).Write(Request, hostname, addresses, host, linked, resolv);
        Users?.GiveToRoot(Directory.EnumerateFiles(Files));
        started.Mounts = [.. NameFiles.Mounts(Files, Request)];
    }

    // Whose addresses a container has: another's, where it shares that one's network, which may be shared itself.
    private ContainerRecord NetworkOwner(ContainerRecord container)
    {
        var containers = new ContainerManager(context);
        for (int i = 0; i < MostShared && SharedMode.ContainerOf(container.Request.Network) is { } other && containers.Find(other) is { } owner; i++)
            container = owner;
        return container;
    }

    // docker's --link on the default network: a name of this container's own for another, which has to run. Elsewhere the name server knows of it.
    private IEnumerable<LinkedContainer> Linked(List<ContainerEndpoint> endpoints)
    {
        foreach (ContainerEndpoint endpoint in endpoints.Where(e => e.Network.IsDefault))
        {
            foreach (string link in endpoint.Wanted.Links)
            {
                string[] parts = link.Split(':');
                ContainerRecord other = new ContainerManager(context).Find(parts[0]) ?? throw new SlipwayException(ErrorKind.NotFound, $"could not get container for {parts[0]}: No such container: {parts[0]}");
                if (other.Request.Network == "host")
                    throw new SlipwayException(ErrorKind.Conflict, "conflicting options: host type networking can't be used with links. This would result in undefined behavior");
                EndpointRecord? there = Table.EndpointsOf(NetworkOwner(other).Id).Find(e => e.NetworkId == endpoint.Network.Id);
                if (!other.IsRunning || there is null)
                    throw new SlipwayException(ErrorKind.Conflict, $"Cannot link to a non running container: /{other.Name} AS /{record.Name}/{parts[^1]}");
                yield return new(parts[^1], other, there, context.Store.Images.Find(other.ImageId.ToString()));
            }
        }
    }
}
