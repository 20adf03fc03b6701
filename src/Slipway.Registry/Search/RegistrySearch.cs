using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Registry.Endpoints;
using Slipway.Registry.Transfer;

namespace Slipway.Registry.Search;

/// <summary>
/// A registry's search, of the protocol's first version: <c>GET /v1/search?q=TERM&amp;n=COUNT</c>. Docker Hub still answers it, at an address of its own,
/// and some others do; the distribution specification has none.
/// </summary>
internal static class RegistrySearch
{
    private const string DockerHub = "docker.io", DockerHubIndex = "index.docker.io";
    private const int MaxBytes = 4 << 20;

    /// <summary>The endpoint that is asked instead of the one that images come from.</summary>
    public static Endpoint EndpointOf(Endpoint endpoint) =>
        endpoint.Host == DockerHub ? endpoint with { Base = new UriBuilder(endpoint.Base) { Host = DockerHubIndex }.Uri } : endpoint;

    public static async Task<IReadOnlyList<SearchResult>> ReadAsync(RegistrySession session, string term, int limit, CancellationToken cancellation)
    {
        var address = new Uri(session.Endpoint.Base, $"/v1/search?q={Uri.EscapeDataString(term)}&n={limit}");
        (byte[] body, _) = await session.ReadAsync(new RegistryRequest(HttpMethod.Get, address), MaxBytes, "answer of the search", cancellation).ConfigureAwait(false);
        List<SearchResult> found = JsonReader.Read(body, "the registry's answer to the search", ErrorKind.Corrupt, ReadAnswer);
        return [.. found.Take(limit)];
    }

    private static List<SearchResult>? ReadAnswer(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        List<SearchResult>? results = null;
        while (json.NextMember(out string? name))
        {
            if (name == "results")
                results = json.List(ReadResult);
            else
                json.Skip();
        }
        return results ?? [];
    }

    private static SearchResult? ReadResult(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        var result = new SearchResult("", "", 0, false);
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "name": result = result with { Name = json.String() ?? "" }; break;
                case "description": result = result with { Description = json.String() ?? "" }; break;
                case "star_count": result = result with { Stars = json.Int32() ?? 0 }; break;
                case "is_official": result = result with { IsOfficial = json.Boolean() ?? false }; break;
                default: json.Skip(); break;
            }
        }
        return result;
    }
}
