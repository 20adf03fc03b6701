namespace Slipway.Engine.Defaults;

/// <summary>How the default network is: what dockerd's flags say of it, as they say it.</summary>
public sealed record DefaultNetwork
{
    /// <summary>As it is where nobody said anything.</summary>
    public static DefaultNetwork Usual { get; } = new();

    /// <summary>Whether there is none.</summary>
    public bool Disabled { get; init; }

    /// <summary>A bridge of this host's that somebody else made; null: one of the store's own. <c>docker0</c> is the store's own too, where there is none yet.</summary>
    public string? Bridge { get; init; }

    /// <summary>Whether the store's own is called <c>docker0</c> where nobody else's is.</summary>
    public bool TakesDockersName { get; init; }

    /// <summary>The host's own address in it, with its bits: <c>192.168.5.1/24</c>.</summary>
    public string? Address { get; init; }

    /// <summary>The part that containers' addresses are taken from.</summary>
    public string? Range { get; init; }

    /// <summary>Where containers' default route leads; null: to the host.</summary>
    public string? Gateway { get; init; }

    /// <summary>Whether it has IPv6.</summary>
    public bool Ipv6 { get; init; }

    /// <summary>Its IPv6 addresses; null: a network by chance.</summary>
    public string? Range6 { get; init; }

    /// <summary>As <see cref="Gateway"/>.</summary>
    public string? Gateway6 { get; init; }

    /// <summary>Options of its driver.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
}
