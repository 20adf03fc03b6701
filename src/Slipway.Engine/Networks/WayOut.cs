namespace Slipway.Engine.Networks;

/// <summary>Which of a container's networks has its default route and its published ports.</summary>
internal static class WayOut
{
    /// <summary>
    /// The one with the highest priority that leads out; of several, one with both families, then the first by name: docker's order, so that it doesn't
    /// matter in which order they were named or connected.
    /// </summary>
    /// <returns>Null where none leads out.</returns>
    public static T? Of<T>(IEnumerable<T> places, Func<T, NetworkRecord?> network, Func<T, NetworkAttachment> wanted)
        where T : class =>
        places.Where(p => network(p) is { Internal: false, Driver: "bridge" })
            .OrderByDescending(p => wanted(p).GatewayPriority)
            .ThenByDescending(p => network(p)!.Subnets.Count)
            .ThenBy(p => network(p)!.Name, StringComparer.Ordinal)
            .FirstOrDefault();

    /// <summary>Of a container's places; of one that runs.</summary>
    public static NetworkPlace? Of(IEnumerable<NetworkPlace> places) => Of(places.Where(p => p.Endpoint is not null), p => p.Network, p => p.Wanted);
}
