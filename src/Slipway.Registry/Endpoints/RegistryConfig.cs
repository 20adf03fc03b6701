using System.Net;

namespace Slipway.Registry.Endpoints;

/// <summary>What an administrator or user says about registries; the keys of <see cref="RegistryConfigFile"/>.</summary>
public sealed record RegistryConfig
{
    /// <summary>Nothing said.</summary>
    public static RegistryConfig Empty { get; } = new();

    /// <summary>Mirrors by registry, in the order in which they are asked: <c>docker.io</c> → <c>https://mirror.example</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Uri>> Mirrors { get; init; } = new Dictionary<string, IReadOnlyList<Uri>>();

    /// <summary>Hosts (<c>name</c>, <c>name:port</c>) and networks (<c>10.0.0.0/8</c>) without TLS, or with a certificate that nobody vouches for.</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>Token servers on other hosts that may see a registry's credentials: registry → hosts.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> TokenHosts { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Layers whose manifest names another place for them are fetched from there, without credentials.</summary>
    public bool ForeignLayers { get; init; }

    /// <summary>Registries of this machine need no TLS, and where they have it any certificate will do. Tests of certificates want otherwise.</summary>
    internal bool TrustsLoopback { get; init; } = true;

    /// <summary>Whether this host may do without TLS or with any certificate.</summary>
    public bool IsInsecure(string host)
    {
        string name = HostRules.NameOf(host);
        if (TrustsLoopback && HostRules.IsLoopback(name))
            return true;
        foreach (string entry in InsecureRegistries)
        {
            if (string.Equals(entry, host, StringComparison.OrdinalIgnoreCase) || string.Equals(entry, name, StringComparison.OrdinalIgnoreCase))
                return true;
            if (IPNetwork.TryParse(entry, out IPNetwork network) && IPAddress.TryParse(name, out IPAddress? address) && network.Contains(address))
                return true;
        }
        return false;
    }

    /// <summary>Both: what <paramref name="other"/> says about a registry's mirrors comes first.</summary>
    public RegistryConfig With(RegistryConfig other) => new()
    {
        Mirrors = Merge(other.Mirrors, Mirrors),
        InsecureRegistries = [.. other.InsecureRegistries.Union(InsecureRegistries)],
        TokenHosts = Merge(other.TokenHosts, TokenHosts),
        ForeignLayers = ForeignLayers || other.ForeignLayers,
    };

    private static Dictionary<string, IReadOnlyList<T>> Merge<T>(IReadOnlyDictionary<string, IReadOnlyList<T>> first, IReadOnlyDictionary<string, IReadOnlyList<T>> second) =>
        first.Keys.Union(second.Keys).ToDictionary(
            k => k, k => (IReadOnlyList<T>)[.. first.GetValueOrDefault(k, []).Union(second.GetValueOrDefault(k, []))], StringComparer.OrdinalIgnoreCase);
}
