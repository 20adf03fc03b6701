using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Slipway.Oci;
using Slipway.Registry.Endpoints;
using Slipway.Registry.Transfer;

namespace Slipway.Registry.Auth;

/// <summary>Asks token servers. Their redirects are not followed: a token comes from where the registry said, or not at all.</summary>
internal sealed class TokenClient(RegistrySettings settings, HttpTransport transport)
{
    private const int MaxBytes = 1 << 20;
    private const string ClientId = "slipway";

    /// <summary>Gets a token for these scopes.</summary>
    /// <param name="registry">Who sent us.</param>
    /// <param name="challenge">With its realm and service.</param>
    /// <param name="scopes"><c>repository:library/busybox:pull</c>; none to log in.</param>
    /// <param name="credential">Ours for that registry; it stays here where the realm may not see it.</param>
    /// <param name="forLogin">Asks for an identity token too, to be kept instead of the password.</param>
    /// <param name="cancellation">The caller's.</param>
    /// <exception cref="RegistryException">Denied: refused by them or by us.</exception>
    public async Task<Token> GetAsync(Endpoint registry, Challenge challenge, IReadOnlyCollection<string> scopes, Credential? credential, bool forLogin, CancellationToken cancellation)
    {
        if (challenge["realm"] is not { Length: > 0 } realmText)
            throw new RegistryException(ErrorKind.Corrupt, $"{registry}: it wants a token, and doesn't say from where");
        TokenRealm realm = TokenRealm.Of(registry, realmText, settings.Config);
        Credential? shown = realm.MaySeeCredentials ? credential : null;
        using HttpRequestMessage request = shown?.IdentityToken is { } identity
            ? Exchange(realm, challenge["service"], scopes, identity)
            : Ask(realm, challenge["service"], scopes, shown, forLogin);
        string trust = registry.Owns(realm.Address) ? registry.Host : realm.Address.Authority;
        using HttpResponseMessage response = await transport.SendAsync(request, trust, settings.DocumentTimeout, cancellation).ConfigureAwait(false);
        byte[] body = await BoundedBody.ReadAsync(response, MaxBytes, "token", settings.DocumentTimeout, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw Refused(registry, realm, response.StatusCode, body, withheld: credential is not null && shown is null);
        return Token.Parse(body, settings.Clock.GetUtcNow());
    }

    private static HttpRequestMessage Ask(TokenRealm realm, string? service, IReadOnlyCollection<string> scopes, Credential? credential, bool forLogin)
    {
        List<(string, string)> query = [];
        if (credential is not null)
            query.Add(("account", credential.Username));
        if (service is not null)
            query.Add(("service", service));
        if (forLogin)
        {
            query.Add(("client_id", ClientId));
            query.Add(("offline_token", "true"));
        }
        query.AddRange(scopes.Select(s => ("scope", s)));
        var request = new HttpRequestMessage(HttpMethod.Get, realm.With(query));
        if (credential is not null)
            request.Headers.Authorization = Basic(credential);
        return request;
    }

    // oauth.md: an identity token is changed for an access token by POST only.
    private static HttpRequestMessage Exchange(TokenRealm realm, string? service, IReadOnlyCollection<string> scopes, string identity)
    {
        string form = $"grant_type=refresh_token&client_id={ClientId}&service={Uri.EscapeDataString(service ?? "")}&refresh_token={Uri.EscapeDataString(identity)}";
        if (scopes.Count > 0)
            form += "&scope=" + Uri.EscapeDataString(string.Join(' ', scopes));
        return new HttpRequestMessage(HttpMethod.Post, realm.With([]))
        {
            Content = new ByteArrayContent(Encoding.ASCII.GetBytes(form)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded") } },
        };
    }

    // No error of a registry's form, in the words that docker has for that.
    private static string Unsaid(HttpStatusCode status, byte[] body) =>
        body[0] is not (byte)'{' ? $"error parsing HTTP {(int)status} response body: it is not JSON: '{ShownText.Of(Encoding.UTF8.GetString(body))}'"
        : status == HttpStatusCode.Unauthorized ? "unauthorized: authentication required"
        : $"status {(int)status}";

    public static AuthenticationHeaderValue Basic(Credential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));

    private static RegistryException Refused(Endpoint registry, TokenRealm realm, HttpStatusCode status, byte[] body, bool withheld)
    {
        string where = ShownText.Of(realm.Address);
        if ((int)status is >= 300 and < 400)
            return new(ErrorKind.Denied, $"{registry}: its token server '{where}' sends us elsewhere, which is not followed", status);
        bool busy = status is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
        string? said = ErrorBody.Read(body)?.Text;
        string? shown = said ?? (busy || body.Length == 0 ? null : Unsaid(status, body));
        string message = $"{registry}: its token server '{where}' answers {(int)status}{(shown is null ? "" : ": " + shown)}";
        return new(busy ? ErrorKind.Unavailable : ErrorKind.Denied, message, status, "UNAUTHORIZED")
        {
            IsPassing = busy,
            Words = said,
            Hint = withheld
                ? $"the token server is on another host than the registry, so it was not shown your credentials: if it is the right one, put {{\"token-hosts\": {{\"{registry.Host}\": [\"{realm.Address.IdnHost}\"]}}}} into /etc/slipway/config.json"
                : null,
        };
    }
}
