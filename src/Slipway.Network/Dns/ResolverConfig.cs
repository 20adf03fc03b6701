using System.Net;

namespace Slipway.Network.Dns;

/// <summary>What a container's resolver is told: where names are, and who knows others.</summary>
/// <param name="Names">The root of the <see cref="NameDirectory"/>.</param>
/// <param name="Networks">The directory of the container's <see cref="Dns.Memberships"/>.</param>
/// <param name="Servers">Whom it asks for what it doesn't know, from this host.</param>
public sealed record ResolverConfig(string Names, string Networks, IReadOnlyList<IPAddress> Servers)
{
    /// <summary>As text for <see cref="Parse"/>.</summary>
    public override string ToString() => $"{Names}\n{Networks}\n{string.Join(' ', Servers)}";

    /// <summary>Reads it again.</summary>
    public static ResolverConfig Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] lines = text.Split('\n');
        return new(lines[0], lines[1], [.. lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)]);
    }
}
