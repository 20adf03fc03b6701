using System.Net;
using System.Net.Http.Headers;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Registry.Transfer;

namespace Slipway.Registry.Blobs;

/// <summary>
/// Brings blobs into one repository (distribution-spec, pushing blobs): (1) is it there, (2) has the registry it elsewhere, (3) a small one in
/// one request, (4) a big one as a chunk, and where that is cut the rest from where the registry says it stopped, (5) the end, with its digest.
/// </summary>
public sealed class BlobUploader
{
    private const long MonolithicBytes = 4 << 20;
    private static readonly TimeSpan s_sendTimeout = TimeSpan.FromHours(6);
    private readonly RegistrySession _session;
    private readonly BlobClient _blobs;
    private readonly string _repository;

    internal BlobUploader(RegistrySession session, BlobClient blobs, string repository)
    {
        _session = session;
        _blobs = blobs;
        _repository = repository;
    }

    /// <summary>Sees to it that the repository has the blob.</summary>
    /// <param name="descriptor">Digest and size.</param>
    /// <param name="open">Opens its bytes from an offset; called again after a cut.</param>
    /// <param name="mountFrom">A repository of the same registry that has it; null where none is known.</param>
    /// <param name="progress">Called with the bytes that are there, from any thread.</param>
    /// <param name="cancellation">Ends it; what was sent so far the registry forgets in its own time.</param>
    /// <exception cref="RegistryException">Denied, Unavailable; Corrupt where the registry got something else.</exception>
    public async Task<UploadOutcome> UploadAsync(Descriptor descriptor, Func<long, Stream> open, string? mountFrom, Action<long>? progress, CancellationToken cancellation)
    {
        if (await _blobs.FindAsync(descriptor.Digest, cancellation).ConfigureAwait(false) is not null)
            return UploadOutcome.Existed;
        for (int attempt = 1; ; attempt++)
        {
            Uri? place = await BeginAsync(descriptor.Digest, mountFrom, cancellation).ConfigureAwait(false);
            if (place is null)
                return UploadOutcome.Mounted;
            try
            {
                if (descriptor.Size <= MonolithicBytes)
                    await FinishAsync(place, descriptor, () => ContentOf(open(0), descriptor.Size, 0, progress), cancellation).ConfigureAwait(false);
                else
                    await SendInPartsAsync(place, descriptor, open, progress, cancellation).ConfigureAwait(false);
                return UploadOutcome.Uploaded;
            }
            // The session is lost, or what it has is: once more from the start, under a new one.
            catch (RegistryException e) when ((e.IsPassing || e.Code is "BLOB_UPLOAD_UNKNOWN" or "BLOB_UPLOAD_INVALID") && attempt < _session.Settings.Retry.Attempts)
            {
                await _session.PauseAsync(attempt, null, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<Uri?> BeginAsync(Digest digest, string? mountFrom, CancellationToken cancellation)
    {
        string query = mountFrom is null ? "" : $"?mount={Uri.EscapeDataString(digest.ToString())}&from={Uri.EscapeDataString(mountFrom)}";
        var request = new RegistryRequest(HttpMethod.Post, _session.Endpoint.At($"{_repository}/blobs/uploads/{query}")) { Content = static () => new ByteArrayContent([]) };
        using HttpResponseMessage response = await _session.SendAsync(request, cancellation).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.Created ? null : Place(request.Address, response);
    }

    private async Task SendInPartsAsync(Uri place, Descriptor descriptor, Func<long, Stream> open, Action<long>? progress, CancellationToken cancellation)
    {
        long sent = 0;
        for (int failures = 0; sent < descriptor.Size;)
        {
            long from = sent;
            try
            {
                var request = new RegistryRequest(HttpMethod.Patch, place)
                {
                    Content = () => ContentOf(open(from), descriptor.Size - from, from, progress),
                    Repeats = false,
                    Timeout = s_sendTimeout,
                };
                using HttpResponseMessage response = await _session.SendAsync(request, cancellation).ConfigureAwait(false);
                place = Place(place, response);
                sent = Received(response) ?? descriptor.Size;
            }
            catch (RegistryException e) when (e.IsPassing && ++failures < _session.Settings.Retry.Attempts)
            {
                await _session.PauseAsync(failures, null, cancellation).ConfigureAwait(false);
                (place, sent) = await AskAsync(place, cancellation).ConfigureAwait(false);
            }
            if (sent > from)
                failures = 0;
            else if (sent < from || ++failures >= _session.Settings.Retry.Attempts)
                throw new RegistryException(ErrorKind.Unavailable, $"{ShownText.Of(place)}: the registry does not take more than {sent} of {descriptor.Size} bytes") { IsPassing = true };
        }
        if (sent > descriptor.Size)
            throw new RegistryException(ErrorKind.Corrupt, $"{ShownText.Of(place)}: the registry says that it has {sent} bytes of {descriptor.Size}");
        await FinishAsync(place, descriptor, static () => new ByteArrayContent([]), cancellation).ConfigureAwait(false);
    }

    // After a cut: how much has come.
    private async Task<(Uri Place, long Sent)> AskAsync(Uri place, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await _session.SendAsync(new RegistryRequest(HttpMethod.Get, place), cancellation).ConfigureAwait(false);
        return (Place(place, response), Received(response) ?? 0);
    }

    private async Task FinishAsync(Uri place, Descriptor descriptor, Func<HttpContent> content, CancellationToken cancellation)
    {
        string query = place.Query.TrimStart('?');
        string digest = "digest=" + Uri.EscapeDataString(descriptor.Digest.ToString());
        var request = new RegistryRequest(HttpMethod.Put, new UriBuilder(place) { Query = query.Length == 0 ? digest : $"{query}&{digest}" }.Uri)
        {
            Content = content,
            Repeats = false,
            Timeout = s_sendTimeout,
        };
        using HttpResponseMessage response = await _session.SendAsync(request, cancellation).ConfigureAwait(false);
        if (response.Headers.NonValidated.TryGetValues("Docker-Content-Digest", out HeaderStringValues said) && said.ToString() != descriptor.Digest.ToString())
            throw new RegistryException(ErrorKind.Corrupt, $"{ShownText.Of(place)}: the registry stored it as '{ShownText.Of(said.ToString())}', and it is {descriptor.Digest}", response.StatusCode);
    }

    private static HttpContent ContentOf(Stream bytes, long length, long from, Action<long>? progress)
    {
        var content = new StreamContent(new CountingStream(bytes, from, progress), 128 * 1024);
        content.Headers.ContentLength = length;
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        if (from > 0)
            content.Headers.TryAddWithoutValidation("Content-Range", $"{from}-{from + length - 1}");
        return content;
    }

    // Relative or absolute, here or elsewhere; our credentials stay on our origin in any case.
    private Uri Place(Uri asked, HttpResponseMessage response)
    {
        if (response.Headers.Location is not { } location || !Uri.TryCreate(asked, location, out Uri? place) || place.Scheme is not ("https" or "http") || place.UserInfo.Length > 0)
            throw new RegistryException(ErrorKind.Corrupt, $"{ShownText.Of(asked)}: the registry does not say where the bytes go", response.StatusCode);
        if (_session.Endpoint.Base.Scheme == Uri.UriSchemeHttps && place.Scheme != Uri.UriSchemeHttps)
        {
            // Behind a proxy that ends TLS some registries don't know that they have it.
            if (place.IdnHost == _session.Endpoint.Base.IdnHost)
                return new UriBuilder(place) { Scheme = Uri.UriSchemeHttps, Port = _session.Endpoint.Base.Port }.Uri;
            throw new RegistryException(ErrorKind.Denied, $"{ShownText.Of(asked)}: the upload is sent from https to http, which is not followed");
        }
        return place;
    }

    // Range: 0-N, the last byte that has come; "0-0" is also what some say when nothing has.
    private static long? Received(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Range", out HeaderStringValues values))
            return null;
        string text = values.ToString();
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash >= 0 && long.TryParse(text.AsSpan(dash + 1), System.Globalization.NumberStyles.None, null, out long last) && last < long.MaxValue
            ? last == 0 ? 0 : last + 1
            : null;
    }
}
