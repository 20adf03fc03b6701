using Slipway.Oci;
using Slipway.Registry.Auth;
using Slipway.Registry.Endpoints;
using Slipway.Registry.Search;
using Slipway.Registry.Transfer;

namespace Slipway.Registry;

/// <summary>Speaks to registries (distribution-spec 1.1). Connections are shared by all that it opens; nothing is connected before it is needed.</summary>
public sealed class RegistryClient : IDisposable
{
    private readonly RegistrySettings _settings;
    private readonly HttpTransport _transport;
    private readonly TokenClient _tokens;
    private readonly EndpointResolver _resolver;

    /// <summary>Makes a client.</summary>
    public RegistryClient(RegistrySettings settings)
    {
        _settings = settings;
        _transport = new HttpTransport(settings);
        _tokens = new TokenClient(settings, _transport);
        _resolver = new EndpointResolver(settings.Config);
    }

    /// <summary>Does something with a repository at the first of its endpoints that can: mirrors first, then the registry itself.</summary>
    /// <param name="reference">Names the repository.</param>
    /// <param name="access">What will be done with it; mirrors are only asked to read.</param>
    /// <param name="alsoReads">Other repositories of the registry that blobs may be mounted from.</param>
    /// <param name="work">What is done. It begins anew at the next endpoint where nothing answered, or a mirror doesn't have it.</param>
    /// <exception cref="RegistryException">What the last endpoint said.</exception>
    public async Task<T> WithRepositoryAsync<T>(Reference reference, RepositoryAccess access, IEnumerable<string> alsoReads, Func<Repository, Task<T>> work)
    {
        List<string> scopes = [$"repository:{reference.Path}:{(access == RepositoryAccess.Write ? "pull,push" : "pull")}", .. alsoReads.Select(p => $"repository:{p}:pull")];
        IReadOnlyList<Endpoint> endpoints = _resolver.Resolve(reference.Host, access == RepositoryAccess.Write);
        for (int i = 0; ; i++)
        {
            using var repository = new Repository(Open(endpoints[i], scopes), reference.Path);
            try
            {
                return await work(repository).ConfigureAwait(false);
            }
            catch (RegistryException e) when (i + 1 < endpoints.Count && IsForTheNext(e, endpoints[i]))
            {
            }
        }
    }

    /// <summary>Asks the registry whether it takes these credentials.</summary>
    /// <param name="host">Its name in references.</param>
    /// <param name="credential">Name and password.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What is to be kept: the same, or an identity token that the registry gave for it.</returns>
    /// <exception cref="RegistryException">Denied: it doesn't; Unavailable.</exception>
    public async Task<Credential> LoginAsync(string host, Credential credential, CancellationToken cancellation)
    {
        IReadOnlyList<Endpoint> endpoints = _resolver.Resolve(host, write: true);
        for (int i = 0; ; i++)
        {
            try
            {
                return await new LoginCheck(endpoints[i], _settings, _transport, _tokens).RunAsync(credential, cancellation).ConfigureAwait(false);
            }
            catch (RegistryException e) when (i + 1 < endpoints.Count && IsForTheNext(e, endpoints[i]))
            {
            }
        }
    }

    /// <summary>Asks a registry for repositories by a word. Mirrors are not asked.</summary>
    /// <param name="host">Its name in references.</param>
    /// <param name="term">The word.</param>
    /// <param name="limit">How many are wanted at most; the registry's best first.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RegistryException">NotFound: it has no search; Denied; Unavailable; Corrupt.</exception>
    public async Task<IReadOnlyList<SearchResult>> SearchAsync(string host, string term, int limit, CancellationToken cancellation)
    {
        IReadOnlyList<Endpoint> endpoints = _resolver.Resolve(host, write: true);
        for (int i = 0; ; i++)
        {
            using RegistrySession session = Open(RegistrySearch.EndpointOf(endpoints[i]), []);
            try
            {
                return await RegistrySearch.ReadAsync(session, term, limit, cancellation).ConfigureAwait(false);
            }
            catch (RegistryException e) when (i + 1 < endpoints.Count && IsForTheNext(e, endpoints[i]))
            {
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private RegistrySession Open(Endpoint endpoint, IReadOnlyCollection<string> scopes) =>
        new(endpoint, _settings, _transport, new Authorizer(endpoint, _settings, _tokens, scopes));

    private static bool IsForTheNext(RegistryException error, Endpoint endpoint) =>
        error.IsUnreachable || (endpoint.IsMirror && error.Kind is (ErrorKind.NotFound or ErrorKind.Denied or ErrorKind.Unavailable));
}
