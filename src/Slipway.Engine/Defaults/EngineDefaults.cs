using Slipway.Engine.Devices;

namespace Slipway.Engine.Defaults;

/// <summary>
/// What holds in a store for those who ask for nothing else, at the time when it matters: a container's next start, a network's making. It is the
/// store's, not a process's: a container that slipd made has the same when slip starts it, or its monitor does.
/// </summary>
public sealed record EngineDefaults
{
    /// <summary>Nothing was set: what is built in holds.</summary>
    public static EngineDefaults None { get; } = new();

    /// <summary>Limits of containers that ask for none of that name, as <c>--ulimit</c> takes them.</summary>
    public IReadOnlyList<string> Ulimits { get; init; } = [];

    /// <summary>Whether containers that don't say have an init.</summary>
    public bool Init { get; init; }

    /// <summary>Name servers of containers that name none; empty: the host's.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>Domains for short names, likewise.</summary>
    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    /// <summary>Options of resolv.conf, likewise.</summary>
    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    /// <summary>What <c>host-gateway</c> means; null: the host as a container reaches it.</summary>
    public string? HostGateway { get; init; }

    /// <summary>Whether published ports are reached by IPv6 too where a container has none: by a relay in its monitor.</summary>
    public bool RelaysPorts { get; init; } = true;

    /// <summary>Where vendors' programs describe devices; empty: nobody is asked (the Container Device Interface).</summary>
    public IReadOnlyList<string> CdiDirectories { get; init; } = CdiRegistry.UsualDirectories;

    /// <summary>Where networks that name no addresses get them; empty: from docker's own pools.</summary>
    public IReadOnlyList<AddressPool> Pools { get; init; } = [];

    /// <summary>Options of networks that are made without them.</summary>
    public IReadOnlyDictionary<string, string> NetworkOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>The default network.</summary>
    public DefaultNetwork Network { get; init; } = DefaultNetwork.Usual;
}
