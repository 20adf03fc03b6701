using System.Net;
using System.Net.Sockets;

namespace Slipway.Registry.Endpoints;

/// <summary>What the name or address of a host says about it.</summary>
internal static class HostRules
{
    /// <summary>The name without a port and brackets: <c>[::1]:5000</c> and <c>::1</c> are <c>::1</c>.</summary>
    public static string NameOf(string host)
    {
        if (!host.StartsWith('[') && host.Count(c => c == ':') > 1)
            return host;
        int colon = host.LastIndexOf(':');
        if (colon > host.LastIndexOf(']'))
            host = host[..colon];
        return host.Trim('[', ']');
    }

    /// <summary>This machine, by name or literal address. Registries there are spoken to without TLS when they have none, as docker does.</summary>
    public static bool IsLoopback(string name) =>
        name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(Plain(address)));

    /// <summary>An address of one link (169.254.0.0/16, fe80::/10), where clouds keep what only the machine itself may ask, or no address at all.</summary>
    public static bool IsLinkLocal(string name)
    {
        if (!IPAddress.TryParse(name, out IPAddress? address))
            return false;
        address = Plain(address);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6LinkLocal || address.Equals(IPAddress.IPv6Any);
        byte[] bytes = address.GetAddressBytes();
        return bytes is [169, 254, ..] or [0, ..];
    }

    /// <summary>
    /// Whether a token server belongs to a registry: the same host, or both below one name of at least two parts
    /// (<c>auth.docker.io</c> and <c>registry-1.docker.io</c>, <c>gitlab.com</c> and <c>registry.gitlab.com</c>).
    /// </summary>
    public static bool AreRelated(string registry, string realm)
    {
        registry = registry.ToLowerInvariant();
        realm = realm.ToLowerInvariant();
        if (registry == realm)
            return true;
        if (IPAddress.TryParse(registry, out _) || IPAddress.TryParse(realm, out _))
            return false;
        string parent = registry[(registry.IndexOf('.', StringComparison.Ordinal) + 1)..];
        bool hasParent = parent != registry && parent.Contains('.', StringComparison.Ordinal);
        return realm.EndsWith("." + registry, StringComparison.Ordinal) || (hasParent && (realm == parent || realm.EndsWith("." + parent, StringComparison.Ordinal)));
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
