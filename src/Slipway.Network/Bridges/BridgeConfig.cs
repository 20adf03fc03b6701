using System.Net;

namespace Slipway.Network.Bridges;

/// <summary>A bridge that containers are ports of: one network.</summary>
public sealed record BridgeConfig
{
    /// <summary>The device, at most 15 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>Its networks, at most one a family.</summary>
    public required IReadOnlyList<BridgeSubnet> Subnets { get; init; }

    /// <summary>Nothing leads out of it, not even to this host's own services.</summary>
    public bool Internal { get; init; }

    /// <summary>What leaves has this host's address.</summary>
    public bool Masquerade { get; init; } = true;

    /// <summary>Its containers don't reach one another.</summary>
    public bool Isolated { get; init; }

    /// <summary>Bytes a packet; null: the kernel's default.</summary>
    public uint? Mtu { get; init; }

    /// <summary>This host's addresses that what leaves has, at most one a family; in a family without one it has that of the device that it leaves by.</summary>
    public IReadOnlyList<IPAddress> Sources { get; init; } = [];

    /// <summary>A note that the device carries; null: none.</summary>
    public string? Note { get; init; }

    /// <summary>One more name of the device; null: none.</summary>
    public string? OtherName { get; init; }

    /// <summary>Whether there is IPv6 in it.</summary>
    public bool HasIpv6 => Subnets.Any(static subnet => subnet.IsIpv6);
}

/// <summary>One of a bridge's networks.</summary>
/// <param name="Network">Its addresses.</param>
/// <param name="Gateway">The bridge's own.</param>
public sealed record BridgeSubnet(IPNetwork Network, IPAddress Gateway)
{
    /// <summary>Its family.</summary>
    public bool IsIpv6 => Gateway.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;

    /// <summary>Whether it is for the link alone (RFC 4291, section 2.5.6): every device has routes to such networks.</summary>
    public bool IsLinkLocal => Network.BaseAddress.IsIPv6LinkLocal;
}
