namespace Slipway.Engine.Networks;

/// <summary>A network to be made.</summary>
public sealed record NetworkRequest
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Only <c>bridge</c> is there.</summary>
    public string Driver { get; init; } = "bridge";

    /// <summary>It is none itself: others are made by what it says.</summary>
    public bool ConfigOnly { get; init; }

    /// <summary>The name of such a one, by which it is made; empty: by what is said here.</summary>
    public string ConfigFrom { get; init; } = "";

    /// <summary>Nothing leads out of it.</summary>
    public bool Internal { get; init; }

    /// <summary>Every container may be in it, which is kept as it was said.</summary>
    public bool Attachable { get; init; }

    /// <summary>Has IPv4 addresses.</summary>
    public bool EnableIPv4 { get; init; } = true;

    /// <summary>Has IPv6 addresses; an IPv6 subnet says so too.</summary>
    public bool EnableIPv6 { get; init; }

    /// <summary>Networks of addresses (<c>172.28.0.0/16</c>), at most one a family; none: the engine chooses.</summary>
    public IReadOnlyList<string> Subnets { get; init; } = [];

    /// <summary>The host's own addresses, each in a subnet.</summary>
    public IReadOnlyList<string> Gateways { get; init; } = [];

    /// <summary>Where containers' addresses are taken from, each within a subnet.</summary>
    public IReadOnlyList<string> Ranges { get; init; } = [];

    /// <summary>Addresses that no container gets unasked, by what they are for.</summary>
    public IReadOnlyDictionary<string, string> Reserved { get; init; } = new Dictionary<string, string>();

    /// <summary>Options of the driver.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Options of whoever gives out addresses: nobody here reads them, and whoever gave them looks for them.</summary>
    public IReadOnlyDictionary<string, string> AddressOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>What its owner notes.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
