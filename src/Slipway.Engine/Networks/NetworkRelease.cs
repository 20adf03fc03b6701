using System.Net;
using Slipway.Engine.Containers;
using Slipway.Network.Dns;

namespace Slipway.Engine.Networks;

/// <summary>
/// What a running container leaves in the files and rules that others look at. Its devices go with its namespace, its sockets with its monitor;
/// this goes with whoever finds it ended first, and once more does no harm.
/// </summary>
internal static class NetworkRelease
{
    /// <summary>Enters the container's names for the others of a network.</summary>
    public static void Enter(EngineContext context, ContainerRecord record, ContainerEndpoint endpoint)
    {
        IReadOnlyList<string> names = NamesOf(record, endpoint.Wanted);
        IPAddress[] addresses = [.. endpoint.Addresses];
        new Memberships(context.Paths.Memberships(record.Id)).Add(endpoint.Network.Id, endpoint.Network.Internal, names, addresses.Select(a => a.ToString()), LinksOf(endpoint));
        new NameDirectory(context.Paths.Names).Add(endpoint.Network.Id, endpoint.Network.Name, record.ShortId, names, addresses);
    }

    // WEB:site, or WEB alone. The default network's stand in the hosts file.
    private static IEnumerable<KeyValuePair<string, string>> LinksOf(ContainerEndpoint endpoint) =>
        endpoint.Network.IsDefault ? [] : endpoint.Wanted.Links.Select(l => l.Split(':')).Select(p => KeyValuePair.Create(p[^1], p[0]));

    /// <summary>By what a container is found: its name, short id, aliases, and the host name that it asked for.</summary>
    public static IReadOnlyList<string> NamesOf(ContainerRecord record, NetworkAttachment wanted) =>
        [.. ((string[])[record.Name, .. wanted.Aliases, record.ShortId, .. record.Request.Hostname is { } hostname ? [hostname] : (string[])[]]).Distinct()];

    /// <summary>Takes the container's names and ports back. The caller holds its lock.</summary>
    public static void Release(EngineContext context, string container)
    {
        PortPublisher.Withdraw(context, container);
        var memberships = new Memberships(context.Paths.Memberships(container));
        foreach (Membership membership in memberships.List())
            Leave(context, container, membership);
    }

    /// <summary>Takes the container's names in one network back.</summary>
    public static void Leave(EngineContext context, string container, Membership membership)
    {
        new NameDirectory(context.Paths.Names).Remove(membership.Network, container[..12], membership.Names, membership.Addresses.Select(IPAddress.Parse));
        new Memberships(context.Paths.Memberships(container)).Remove(membership.Network);
    }
}
