using System.Net;
using Slipway.Engine.Builds.Fetching;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Streams;

namespace Slipway.Engine.Images;

/// <summary>
/// What import reads: a file, the caller's stream, or what a web server has, without anybody's credentials. At most five redirects, never from
/// https to http; a server that says nothing for half a minute has failed, and one that ends early too.
/// </summary>
internal sealed class ImportSource : AsyncReadStream
{
    private const int MaxRedirects = 5;
    private static readonly TimeSpan s_stall = TimeSpan.FromSeconds(30);
    private readonly HttpClient _client;
    private readonly HttpResponseMessage _response;
    private readonly Stream _body;
    private readonly string _shown;
    private readonly CancellationToken _cancel;

    private ImportSource(HttpClient client, HttpResponseMessage response, Stream body, string shown, CancellationToken cancel) =>
        (_client, _response, _body, _shown, _cancel) = (client, response, body, shown, cancel);

    /// <param name="source">A path, a http or https URL, or <c>-</c>.</param>
    /// <param name="input">For <c>-</c>.</param>
    /// <param name="cancel">Ends the waiting for a server, then and later.</param>
    /// <exception cref="SlipwayException">NotFound, Denied, Unavailable.</exception>
    public static Stream Open(string source, Func<Stream> input, CancellationToken cancel)
    {
        if (source == "-")
            return input();
        return Uri.TryCreate(source, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" ? OpenUrl(url!, cancel).GetAwaiter().GetResult() : File.OpenRead(source);
    }

    private static async Task<Stream> OpenUrl(Uri url, CancellationToken cancel)
    {
        string shown = Printable.Escape(url.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo & ~UriComponents.Query & ~UriComponents.Fragment, UriFormat.UriEscaped));
        var client = new HttpClient(new SocketsHttpHandler { MaxAutomaticRedirections = MaxRedirects, UseCookies = false, ConnectTimeout = s_stall, MaxResponseHeadersLength = 64, ActivityHeadersPropagator = null })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        try
        {
            using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            stall.CancelAfter(s_stall);
            HttpResponseMessage response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, stall.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new SlipwayException(KindOf(response.StatusCode), $"fetch '{shown}': the server answers {(int)response.StatusCode} {Printable.Escape(response.ReasonPhrase ?? "")}");
            return new ImportSource(client, response, await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false), shown, cancel);
        }
        catch (Exception e)
        {
            client.Dispose();
            if (e is SlipwayException || cancel.IsCancellationRequested)
                throw;
            throw Failed(shown, e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(_cancel, cancellationToken);
        stall.CancelAfter(s_stall);
        try
        {
            return await _body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or HttpRequestException && !_cancel.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failed(_shown, e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _response.Dispose();
            _client.Dispose();
        }
        base.Dispose(disposing);
    }

    private static SlipwayException Failed(string shown, Exception error) => new(
        ErrorKind.Unavailable, $"fetch '{shown}': {(error is OperationCanceledException ? $"nothing came for {s_stall.TotalSeconds} s" : Printable.Escape(ConnectionFault.Reason(error)))}", error);

    private static ErrorKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => ErrorKind.NotFound,
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ErrorKind.Denied,
        _ => ErrorKind.Unavailable,
    };
}
