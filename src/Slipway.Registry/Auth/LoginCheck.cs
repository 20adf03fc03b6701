using System.Net;
using System.Net.Http.Headers;
using Slipway.Oci;
using Slipway.Registry.Endpoints;
using Slipway.Registry.Transfer;

namespace Slipway.Registry.Auth;

/// <summary>Whether a registry takes credentials: asks its root (distribution-spec, determining support) without and then with them.</summary>
internal sealed class LoginCheck(Endpoint endpoint, RegistrySettings settings, HttpTransport transport, TokenClient tokens)
{
    public async Task<Credential> RunAsync(Credential credential, CancellationToken cancellation)
    {
        using HttpResponseMessage first = await AskAsync(null, cancellation).ConfigureAwait(false);
        if (first.IsSuccessStatusCode)
            return credential;
        IReadOnlyList<Challenge> challenges = first.StatusCode == HttpStatusCode.Unauthorized && first.Headers.NonValidated.TryGetValues("WWW-Authenticate", out HeaderStringValues values)
            ? ChallengeParser.Parse(values)
            : [];
        Token? token = null;
        AuthenticationHeaderValue header;
        if (challenges.FirstOrDefault(c => c.Scheme == "bearer") is { } bearer)
        {
            token = await tokens.GetAsync(endpoint, bearer, [], credential, forLogin: true, cancellation).ConfigureAwait(false);
            header = new AuthenticationHeaderValue("Bearer", token.Text);
        }
        else if (challenges.Any(c => c.Scheme == "basic"))
        {
            header = TokenClient.Basic(credential);
        }
        else
        {
            throw Refused(first.StatusCode);
        }
        using HttpResponseMessage second = await AskAsync(header, cancellation).ConfigureAwait(false);
        if (!second.IsSuccessStatusCode)
            throw Refused(second.StatusCode);
        return token?.RefreshToken is { } identity ? new Credential(credential.Username, "", identity) : credential;
    }

    private async Task<HttpResponseMessage> AskAsync(AuthenticationHeaderValue? header, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, endpoint.At(""));
        request.Headers.Authorization = header;
        return await transport.SendAsync(request, endpoint.Host, settings.StallTimeout, cancellation).ConfigureAwait(false);
    }

    private RegistryException Refused(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(ErrorKind.Denied, $"login attempt to {ShownText.Of(endpoint.At(""))} failed with status: {(int)status} {status}: incorrect username or password", status, "UNAUTHORIZED"),
        HttpStatusCode.NotFound => new(ErrorKind.NotFound, $"{ShownText.Of(endpoint.At(""))}: it is not a registry (status 404)", status),
        _ => new(ErrorKind.Unavailable, $"login attempt to {ShownText.Of(endpoint.At(""))} failed with status: {(int)status}", status),
    };
}
