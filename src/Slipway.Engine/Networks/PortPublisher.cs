using System.Net;
using System.Net.Sockets;
using Slipway.Engine.Containers;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Sockets;
using Slipway.Oci;

namespace Slipway.Engine.Networks;

/// <summary>
/// Publishes a container's ports. Each is taken on the host by a socket that its monitor holds, so that it is given back with the end of the
/// container whoever is killed, and no other process of the host gets it meanwhile; what comes in is led on by the kernel, and what comes by IPv6 for a
/// container without it by the monitor.
/// </summary>
/// <param name="context">The engine's.</param>
/// <param name="host">Its networks, as the kernel has them.</param>
/// <param name="relays">Whether monitors lead on what the kernel can't: docker's <c>--userland-proxy</c>.</param>
internal sealed class PortPublisher(EngineContext context, NetworkHost host, bool relays)
{
    private const int MostAttempts = 20;

    // As many as Linux lets wait at most, unless somebody has raised it (net.core.somaxconn).
    private const int Backlog = 4096;

    private readonly List<SafeFd> _sockets = [];
    private readonly List<PublishedRecord> _published = [];

    /// <summary>Takes the ports. The caller disposes what comes back.</summary>
    /// <param name="record">The container.</param>
    /// <param name="requests">What it asked for.</param>
    /// <param name="targets">Its addresses, at most one a family.</param>
    /// <param name="defaultAddress">The host's address for those that name none; null: every one.</param>
    /// <exception cref="SlipwayException">Conflict: a port is taken.</exception>
    public IReadOnlyList<SafeFd> Publish(ContainerRecord record, IReadOnlyList<PortRequest> requests, IReadOnlyList<IPAddress> targets, string? defaultAddress)
    {
        try
        {
            // Those that must have one port come before those that may have any.
            foreach (PortRequest request in requests.OrderBy(r => r.FirstHostPort == 0).ThenBy(r => r.LastHostPort - r.FirstHostPort))
                Take(record, request, [.. PlacesOf(request, targets, defaultAddress)]);
            using FileLock held = host.Lock();
            context.Networks.InTransaction(() =>
            {
                context.Networks.Unpublish(record.Id);
                _published.ForEach(context.Networks.Publish);
                return true;
            });
            host.Restore();
            host.Rules.Add(host.Nft, NetworkHost.PortsOf(_published));
            return _sockets;
        }
        catch
        {
            _sockets.ForEach(static socket => socket.Dispose());
            throw;
        }
    }

    /// <summary>Takes a container's ports out of the rules and the rows.</summary>
    public static void Withdraw(EngineContext context, string container)
    {
        if (context.Networks.PublishedOf(container) is not { Count: > 0 } published)
            return;
        using var host = new NetworkHost(context.Networks, context.Options);
        using FileLock held = host.Lock();
        context.Networks.Unpublish(container);
        // The port may be another's by now: then the rule is too.
        host.Rules.Remove(host.Nft, NetworkHost.PortsOf(published.Where(p => !IsTakenOver(context, p))));
    }

    private static bool IsTakenOver(EngineContext context, PublishedRecord published) =>
        context.Networks.PublishedAt(published.Protocol, published.HostPort).Exists(other => other.HostAddress.Equals(published.HostAddress));

    // Where the host is to be reached, and the container's address: of the same family, or none that the kernel leads to.
    private IEnumerable<(IPAddress Host, IPAddress Target)> PlacesOf(PortRequest request, IReadOnlyList<IPAddress> targets, string? defaultAddress)
    {
        string? wanted = request.HostAddress ?? defaultAddress;
        bool found = false;
        foreach (IPAddress target in targets)
        {
            IPAddress every = target.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
            IPAddress address = wanted is null ? every : IPAddress.Parse(wanted);
            if (address.AddressFamily != target.AddressFamily)
                continue;
            found = true;
            yield return (address, target);
        }
        if (!found && relays && request.Protocol == "tcp" && targets is [{ AddressFamily: AddressFamily.InterNetwork } behind] && IPAddress.Parse(wanted!) is var six && !six.Equals(IPAddress.IPv6Any))
        {
            found = true;
            yield return (six, behind);
        }
        if (!found)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"port {request.Key} can't be published on {wanted}: the container has no address of that family")
            {
                Hint = "put it into a network with both: slip network create --ipv6",
            };
        if (wanted is null && request.Protocol == "tcp" && targets is [{ AddressFamily: AddressFamily.InterNetwork } only] && relays && File.Exists("/proc/net/if_inet6"))
            yield return (IPAddress.IPv6Any, only);
    }

    private void Take(ContainerRecord record, PortRequest request, IReadOnlyList<(IPAddress Host, IPAddress Target)> places)
    {
        (IPAddress Host, LinuxException Cause)? last = null;
        ushort at = request.FirstHostPort;
        for (int attempt = 0; request.FirstHostPort == 0 ? attempt < MostAttempts : at <= request.LastHostPort; attempt++, at++)
        {
            ushort port = request.FirstHostPort == 0 ? (ushort)0 : at;
            last = TryTake(record, request, places, port);
            if (last is not { } refused)
                return;
            if (refused.Cause.Errno != Errno.EADDRINUSE || port == ushort.MaxValue)
                break;
        }
        throw Refused(record, request, last!.Value.Host, last.Value.Cause);
    }

    // All places at the same port, or none.
    private (IPAddress Host, LinuxException Cause)? TryTake(ContainerRecord record, PortRequest request, IReadOnlyList<(IPAddress Host, IPAddress Target)> places, ushort port)
    {
        List<SafeFd> taken = [];
        List<PublishedRecord> published = [];
        foreach ((IPAddress address, IPAddress target) in places)
        {
            try
            {
                // From [::1] the kernel leads nowhere, whatever addresses the container has.
                bool isRelayed = relays && request.Protocol == "tcp" && (address.AddressFamily != target.AddressFamily || address.Equals(IPAddress.IPv6Any) && places[0].Host.Equals(IPAddress.Any));
                port = Reserve(request.Protocol, address, port, isRelayed ? Backlog : 0, taken);
                published.Add(new(record.Id, request.Protocol, address, port, target, request.ContainerPort));
            }
            catch (LinuxException e)
            {
                taken.ForEach(static socket => socket.Dispose());
                return (address, e);
            }
        }
        _sockets.AddRange(taken);
        _published.AddRange(published);
        return null;
    }

    private static ushort Reserve(string protocol, IPAddress address, ushort port, int backlog, List<SafeFd> taken)
    {
        try
        {
            (SafeFd socket, ushort bound) = InetSocket.Bind(PortParser.NumberOf(protocol), address, port, backlog);
            taken.Add(socket);
            if (backlog == 0)
                InetSocket.KeepNothing(socket);
            return bound;
        }
        catch (LinuxException e) when (protocol == "sctp" && e.Errno is Errno.EPROTONOSUPPORT or Errno.ESOCKTNOSUPPORT && port != 0)
        {
            // The kernel passes it on, though nobody here can speak it: then nobody else can take it either.
            return port;
        }
    }

    private PortTakenException Refused(ContainerRecord record, PortRequest request, IPAddress address, LinuxException cause)
    {
        string ports = request.FirstHostPort == request.LastHostPort ? $"{request.FirstHostPort}" : $"{request.FirstHostPort}-{request.LastHostPort}";
        PublishedRecord? other = context.Networks.PublishedAt(request.Protocol, request.FirstHostPort).Find(p => p.ContainerId != record.Id);
        string why = cause.Errno switch
        {
            Errno.EADDRINUSE when other is not null => "port is already allocated",
            Errno.EADDRINUSE => "address already in use",
            Errno.EADDRNOTAVAIL => "cannot assign requested address: it is none of this host's",
            _ => cause.Message,
        };
        return new PortTakenException($"failed to set up container networking: driver failed programming external connectivity on endpoint {record.Name}: Bind for {PortParser.Show(address)}:{ports} failed: {why}", cause)
        {
            Hint = other is not null && context.Containers.FindById(other.ContainerId) is { } owner ? $"container {owner.Name} has it: see 'slip ps'" : null,
        };
    }
}
