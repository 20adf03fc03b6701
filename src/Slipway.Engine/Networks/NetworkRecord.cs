using System.Net;

namespace Slipway.Engine.Networks;

/// <summary>A network that containers can be in.</summary>
public sealed record NetworkRecord
{
    /// <summary>64 hexadecimal digits, for life.</summary>
    public required string Id { get; init; }

    /// <summary>Unique in the store.</summary>
    public required string Name { get; init; }

    /// <summary><c>bridge</c>; <c>host</c> and <c>null</c> for the two that are no network.</summary>
    public string Driver { get; init; } = "bridge";

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The bridge's device.</summary>
    public string Bridge { get; init; } = "";

    /// <summary>Whether somebody else made the bridge, whose it stays: nobody here gives it addresses, or removes it.</summary>
    public bool IsForeign { get; init; }

    /// <summary>It is none itself: others are made by what it says (<c>--config-from</c>).</summary>
    public bool ConfigOnly { get; init; }

    /// <summary>The name of the one that it was made by; empty: none.</summary>
    public string ConfigFrom { get; init; } = "";

    /// <summary>Nothing leads out of it.</summary>
    public bool Internal { get; init; }

    /// <summary>Its owner said that every container may be in it: so it is anyway, and who asks looks for it.</summary>
    public bool Attachable { get; init; }

    /// <summary>Has IPv4 addresses.</summary>
    public bool EnableIPv4 { get; init; } = true;

    /// <summary>Has IPv6 addresses.</summary>
    public bool EnableIPv6 { get; init; }

    /// <summary>Its addresses, at most one network a family; empty until it is used for the first time.</summary>
    public IReadOnlyList<NetworkSubnet> Subnets { get; init; } = [];

    /// <summary>Options of the driver.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Options of whoever gives out addresses, as they were given: nobody here reads them.</summary>
    public IReadOnlyDictionary<string, string> AddressOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>What its owner noted.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it has addresses of each family that it is to have: else they are chosen at its first use.</summary>
    public bool HasAddresses => (!EnableIPv4 || Subnets.Any(s => !s.IsIpv6)) && (!EnableIPv6 || Subnets.Any(s => s.IsIpv6));

    /// <summary>The network of those who name none.</summary>
    public bool IsDefault => Name == NetworkManager.DefaultName;

    /// <summary>The first twelve digits.</summary>
    public string ShortId => Id[..12];
}

/// <summary>The addresses of a network.</summary>
/// <param name="Subnet">All of them.</param>
/// <param name="Gateway">The host's own.</param>
/// <param name="Range">Where containers' addresses are taken from; null: all.</param>
/// <param name="Reserved">Addresses that no container gets unasked, by what they are for.</param>
public sealed record NetworkSubnet(IPNetwork Subnet, IPAddress Gateway, IPNetwork? Range, IReadOnlyDictionary<string, string> Reserved)
{
    /// <summary>Nobody named it: it may be another one tomorrow, so that no container may ask for an address in it.</summary>
    public bool IsChosen { get; init; }

    // Docker's names, under which a router of the network's own stands among the reserved addresses.
    internal const string Router4 = "DefaultGatewayIPv4", Router6 = "DefaultGatewayIPv6";

    /// <summary>Where containers' default route leads: to the host, or the router that was named.</summary>
    public IPAddress WayOut => Reserved.TryGetValue(IsIpv6 ? Router6 : Router4, out string? router) ? IPAddress.Parse(router) : Gateway;

    /// <summary>Its family.</summary>
    public bool IsIpv6 => Gateway.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
}
