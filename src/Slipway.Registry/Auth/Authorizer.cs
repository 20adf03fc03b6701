using System.Net.Http.Headers;
using Slipway.Registry.Endpoints;

namespace Slipway.Registry.Auth;

/// <summary>
/// The way into one registry: learns from its challenges, keeps the token, and renews it when it is old or refused. What it gives goes to the
/// registry's own origin only; whoever sends a request sees to that.
/// </summary>
internal sealed class Authorizer(Endpoint endpoint, RegistrySettings settings, TokenClient tokens, IReadOnlyCollection<string> scopes) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly HashSet<string> _scopes = new(scopes, StringComparer.Ordinal);
    private Challenge? _challenge;
    private Token? _token;
    private volatile AuthenticationHeaderValue? _header;
    private bool _looked;
    private Credential? _credential;

    /// <summary>Whether the registry asked for a name and a password, and none are known.</summary>
    public bool LacksPassword => _challenge?.Scheme == "basic" && Stored() is null;

    /// <summary>The header for the next request; null before the registry has asked for one. An old token is renewed first.</summary>
    public async ValueTask<AuthenticationHeaderValue?> HeaderAsync(CancellationToken cancellation)
    {
        if (_token is not { } token || token.IsFresh(settings.Clock.GetUtcNow()))
            return _header;
        await RenewAsync(_header, null, cancellation).ConfigureAwait(false);
        return _header;
    }

    /// <summary>Takes a 401.</summary>
    /// <param name="refused">The header that was refused; null where none was sent.</param>
    /// <param name="challenges">What the registry offers.</param>
    /// <param name="cancellation">The caller's.</param>
    /// <returns>Whether there is another header to try.</returns>
    /// <exception cref="RegistryException">The token server refuses.</exception>
    public Task<bool> LearnAsync(AuthenticationHeaderValue? refused, IReadOnlyList<Challenge> challenges, CancellationToken cancellation) =>
        RenewAsync(refused, challenges, cancellation);

    public void Dispose() => _gate.Dispose();

    private async Task<bool> RenewAsync(AuthenticationHeaderValue? refused, IReadOnlyList<Challenge>? challenges, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // Another request has been here meanwhile.
            if (_header != refused)
                return true;
            _challenge = challenges is null ? _challenge
                : challenges.FirstOrDefault(c => c.Scheme == "bearer") ?? challenges.FirstOrDefault(c => c.Scheme == "basic");
            return _challenge?.Scheme switch
            {
                "bearer" => await TakeTokenAsync(_challenge, cancellation).ConfigureAwait(false),
                "basic" => TakeBasic(refused),
                _ => false,
            };
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<bool> TakeTokenAsync(Challenge challenge, CancellationToken cancellation)
    {
        foreach (string scope in (challenge["scope"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(8).Where(IsNew))
            _scopes.Add(scope);
        _token = await tokens.GetAsync(endpoint, challenge, _scopes, Stored(), forLogin: false, cancellation).ConfigureAwait(false);
        _header = new AuthenticationHeaderValue("Bearer", _token.Text);
        return true;
    }

    // What we asked for already, in other words or with fewer actions, is nothing new.
    private bool IsNew(string scope)
    {
        int colon = scope.LastIndexOf(':');
        return colon < 0 || !_scopes.Any(s => s.StartsWith(scope.AsSpan(0, colon + 1), StringComparison.Ordinal)
            && scope[(colon + 1)..].Split(',').All(a => s[(colon + 1)..].Split(',').Contains(a)));
    }

    private bool TakeBasic(AuthenticationHeaderValue? refused)
    {
        if (refused is not null || Stored() is not { IdentityToken: null } credential)
            return false;
        _header = TokenClient.Basic(credential);
        return true;
    }

    private Credential? Stored()
    {
        if (!_looked)
        {
            _credential = settings.Credentials.Find(endpoint.Host);
            _looked = true;
        }
        return _credential;
    }
}
