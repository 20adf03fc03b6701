using Slipway.Oci;
using Slipway.Registry.Endpoints;

namespace Slipway.Registry.Auth;

/// <summary>
/// Where a registry sends us for a token, and how far that place is trusted (security catalogue, H-reg 8): never by plain HTTP for a registry
/// with TLS, never to an address that only this machine or its link has, and with credentials only where it belongs to the registry.
/// </summary>
internal sealed record TokenRealm(Uri Address, bool MaySeeCredentials)
{
    /// <exception cref="RegistryException">Denied: nobody goes there.</exception>
    public static TokenRealm Of(Endpoint registry, string realm, RegistryConfig config)
    {
        if (!Uri.TryCreate(realm, UriKind.Absolute, out Uri? address) || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0)
            throw Refused(registry, realm, "it is not an http or https address");
        if (registry.Base.Scheme == Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttps)
            throw Refused(registry, realm, "it is plain HTTP, and the registry has TLS");
        string host = HostRules.NameOf(address.IdnHost), ours = HostRules.NameOf(registry.Base.IdnHost);
        bool inner = HostRules.IsLinkLocal(host) || (HostRules.IsLoopback(host) && !HostRules.IsLoopback(ours));
        if (inner && host != ours)
            throw Refused(registry, realm, "it leads to this machine or its own link");
        bool trusted = HostRules.AreRelated(ours, host) || (HostRules.IsLoopback(host) && HostRules.IsLoopback(ours))
            || config.TokenHosts.GetValueOrDefault(registry.Host, []).Any(h => h.Equals(host, StringComparison.OrdinalIgnoreCase) || h.Equals(address.Authority, StringComparison.OrdinalIgnoreCase));
        return new TokenRealm(address, trusted);
    }

    /// <summary>The address with what is asked for, each value encoded.</summary>
    public Uri With(IEnumerable<(string Name, string Value)> query)
    {
        string own = Address.Query.TrimStart('?');
        string more = string.Join('&', query.Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value)}"));
        return new UriBuilder(Address) { Query = own.Length == 0 ? more : more.Length == 0 ? own : $"{own}&{more}", Fragment = "" }.Uri;
    }

    private static RegistryException Refused(Endpoint registry, string realm, string why) =>
        new(ErrorKind.Denied, $"{registry}: its token server '{ShownText.Of(realm)}' is refused: {why}");
}
