namespace Slipway.Engine.Networks;

/// <summary>What a container asked for of one of its networks; null is "as it comes".</summary>
public sealed record NetworkAttachment
{
    /// <summary>The network's name or id, as it was typed.</summary>
    public required string Network { get; init; }

    /// <summary>More names that the others of the network find it by.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>A fixed address.</summary>
    public string? Ipv4Address { get; init; }

    /// <summary>A fixed IPv6 address.</summary>
    public string? Ipv6Address { get; init; }

    /// <summary>Further addresses that are for the link alone: 169.254.0.0/16 or fe80::/10.</summary>
    public IReadOnlyList<string> LinkLocalAddresses { get; init; } = [];

    /// <summary>A fixed hardware address.</summary>
    public string? MacAddress { get; init; }

    /// <summary>Options of the driver.</summary>
    public IReadOnlyDictionary<string, string> DriverOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>Of several networks, the one with the highest number has the default route.</summary>
    public int GatewayPriority { get; init; }

    /// <summary>Containers that it knows by other names: <c>NAME:ALIAS</c>.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];
}
