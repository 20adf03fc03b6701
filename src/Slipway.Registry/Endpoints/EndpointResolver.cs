namespace Slipway.Registry.Endpoints;

/// <summary>Where a registry is asked: its mirrors for reading, then itself.</summary>
public sealed class EndpointResolver(RegistryConfig config)
{
    private const string DockerHub = "docker.io";
    private const string DockerHubAddress = "registry-1.docker.io";

    /// <summary>
    /// The addresses in the order in which they are to be tried. A host that was named as insecure (or is this machine) is tried with TLS and
    /// any certificate first, and without TLS only where nothing answers so.
    /// </summary>
    /// <param name="host">The registry's name as references have it.</param>
    /// <param name="write">Something will be written: mirrors only read.</param>
    public IReadOnlyList<Endpoint> Resolve(string host, bool write)
    {
        List<Endpoint> endpoints = [];
        if (!write)
        {
            foreach (Uri mirror in config.Mirrors.GetValueOrDefault(host, []))
                endpoints.Add(new Endpoint { Host = mirror.Authority, Base = mirror, AnyCertificate = config.IsInsecure(mirror.Authority), IsMirror = true });
        }
        string address = host == DockerHub ? DockerHubAddress : host;
        bool insecure = config.IsInsecure(host);
        endpoints.Add(new Endpoint { Host = host, Base = new Uri($"https://{address}/"), AnyCertificate = insecure });
        if (insecure)
            endpoints.Add(new Endpoint { Host = host, Base = new Uri($"http://{address}/") });
        return endpoints;
    }
}
