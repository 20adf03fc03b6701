using System.Net;
using System.Net.Http.Headers;
using Slipway.Oci;
using Slipway.Registry.Auth;
using Slipway.Registry.Endpoints;

namespace Slipway.Registry.Transfer;

/// <summary>
/// Requests to one endpoint: (1) with the way in that was learnt, to the endpoint's own origin only; (2) a 401 teaches it, at most twice;
/// (3) redirects of reads are followed by hand, five at most and never from TLS to none; (4) what fails in passing is made again after a pause.
/// </summary>
internal sealed class RegistrySession(Endpoint endpoint, RegistrySettings settings, HttpTransport transport, Authorizer authorizer) : IDisposable
{
    private const int MaxRedirects = 5, MaxAuthorizations = 2, MaxErrorBytes = 64 * 1024;
    private volatile bool _answered;

    public Endpoint Endpoint => endpoint;

    public RegistrySettings Settings => settings;

    public Authorizer Authorizer => authorizer;

    /// <summary>Sends it until it has an answer.</summary>
    /// <returns>A success, or one of the expected answers. The caller disposes it.</returns>
    /// <exception cref="RegistryException">Refused, or no answer after all attempts.</exception>
    public async Task<HttpResponseMessage> SendAsync(RegistryRequest request, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            TimeSpan? retryAfter = null;
            try
            {
                HttpResponseMessage response = await FollowAsync(request, cancellation).ConfigureAwait(false);
                _answered = true;
                if (response.IsSuccessStatusCode || request.Expected.Contains(response.StatusCode))
                    return response;
                using (response)
                {
                    retryAfter = RetryAfter(response);
                    throw await RefusalAsync(response, cancellation).ConfigureAwait(false);
                }
            }
            // What was never reached is more likely wrong than busy.
            catch (RegistryException e) when ((e.IsPassing || (e.IsUnreachable && _answered)) && request.Repeats && attempt < settings.Retry.Attempts)
            {
                await PauseAsync(attempt, retryAfter, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The pause after an attempt that failed.</summary>
    public Task PauseAsync(int attempt, TimeSpan? retryAfter, CancellationToken cancellation) =>
        Task.Delay(settings.Retry.DelayAfter(attempt, retryAfter), settings.Clock, cancellation);

    /// <summary>Sends it and reads the answer as a whole.</summary>
    /// <exception cref="RegistryException">As <see cref="SendAsync"/>; Corrupt where it is too long.</exception>
    public async Task<(byte[] Body, HttpResponseMessage Response)> ReadAsync(RegistryRequest request, int maxBytes, string what, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            using HttpResponseMessage response = await SendAsync(request, cancellation).ConfigureAwait(false);
            try
            {
                return (await BoundedBody.ReadAsync(response, maxBytes, what, settings.DocumentTimeout, cancellation).ConfigureAwait(false), response);
            }
            catch (RegistryException e) when (e.IsPassing && attempt < settings.Retry.Attempts)
            {
                await PauseAsync(attempt, null, cancellation).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => authorizer.Dispose();

    private async Task<HttpResponseMessage> FollowAsync(RegistryRequest request, CancellationToken cancellation)
    {
        Uri address = request.Address;
        int authorizations = 0;
        for (int hop = 0; ;)
        {
            bool ours = endpoint.Owns(address) && !request.Anonymous;
            AuthenticationHeaderValue? authorization = ours ? await authorizer.HeaderAsync(cancellation).ConfigureAwait(false) : null;
            using HttpRequestMessage message = request.ToMessage(address, authorization);
            HttpResponseMessage response = await transport.SendAsync(
                message, endpoint.Owns(address) ? endpoint.Host : address.Authority, request.Timeout ?? settings.StallTimeout, cancellation).ConfigureAwait(false);
            try
            {
                if (response.StatusCode == HttpStatusCode.Unauthorized && ours && ++authorizations <= MaxAuthorizations)
                {
                    IReadOnlyList<Challenge> challenges = ChallengeParser.Parse(response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out HeaderStringValues values) ? values : []);
                    if (await authorizer.LearnAsync(authorization, challenges, cancellation).ConfigureAwait(false))
                    {
                        response.Dispose();
                        continue;
                    }
                }
                if (!IsRedirect(response.StatusCode))
                    return response;
                address = Next(request, address, response, ++hop);
                response.Dispose();
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static Uri Next(RegistryRequest request, Uri from, HttpResponseMessage response, int hop)
    {
        string where = ShownText.Of(from);
        if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head)
            throw Refused($"{where}: a {request.Method} is sent elsewhere, which is not followed");
        if (hop > MaxRedirects)
            throw Refused($"{ShownText.Of(request.Address)}: it is sent elsewhere more than {MaxRedirects} times");
        if (response.Headers.Location is not { } location || !Uri.TryCreate(from, location, out Uri? next))
            throw Refused($"{where}: it is sent elsewhere without saying where");
        if (next.Scheme is not ("https" or "http") || next.UserInfo.Length > 0)
            throw Refused($"{where}: it is sent to '{ShownText.Of(next.Scheme)}:', which is not followed");
        if (from.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps)
            throw Refused($"{where}: it is sent from https to http, which is not followed");
        return next;
    }

    private static RegistryException Refused(string message) => new(ErrorKind.Denied, message);

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - settings.Clock.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero,
        // A number that no clock holds: the longest.
        _ when response.Headers.NonValidated.TryGetValues("Retry-After", out HeaderStringValues values) && values.ToString().Trim() is { Length: > 0 } text
            && text.All(char.IsAsciiDigit) => TimeSpan.MaxValue,
        _ => null,
    };

    private async Task<RegistryException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        ErrorBody? said = null;
        try
        {
            said = ErrorBody.Read(await BoundedBody.ReadAsync(response, MaxErrorBytes, "error", settings.DocumentTimeout, cancellation).ConfigureAwait(false));
        }
        catch (RegistryException)
        {
            // The status alone will do.
        }
        HttpStatusCode status = response.StatusCode;
        (ErrorKind kind, bool passing) = status switch
        {
            HttpStatusCode.NotFound => (ErrorKind.NotFound, false),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => (ErrorKind.Denied, false),
            HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => (ErrorKind.Unavailable, true),
            HttpStatusCode.RequestedRangeNotSatisfiable => (ErrorKind.Corrupt, false),
            _ => (ErrorKind.Denied, false),
        };
        // What it says then is only that it wants to know who we are.
        string words = status == HttpStatusCode.Unauthorized && authorizer.LacksPassword ? "no basic auth credentials"
            : said?.Text ?? (status == HttpStatusCode.TooManyRequests ? "toomanyrequests: it asks for fewer requests" : $"status {(int)status}");
        string where = response.RequestMessage?.RequestUri is { } address ? $"{ShownText.Of(address)}: " : "";
        return new RegistryException(kind, where + words, status, said?.Code is { Length: > 0 } code ? code : null) { IsPassing = passing, Words = passing ? said?.Text : words };
    }
}
