using System.Net;
using System.Net.Http.Headers;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Registry.Transfer;

namespace Slipway.Registry.Manifests;

/// <summary>Manifests, indexes and tags of one repository (distribution-spec, pull and push).</summary>
public sealed class ManifestClient
{
    // The specification has registries take 4 MiB; the same bound as in the store (invariant I8).
    private const int MaxBytes = 4 << 20;
    private static readonly string s_accept = string.Join(", ", MediaTypes.Index, MediaTypes.Manifest, MediaTypes.DockerManifestList, MediaTypes.DockerManifest);
    private readonly RegistrySession _session;
    private readonly string _repository;

    internal ManifestClient(RegistrySession session, string repository)
    {
        _session = session;
        _repository = repository;
    }

    /// <summary>The document that a tag names now, checked against everything that the registry says of it.</summary>
    /// <exception cref="RegistryException">NotFound (MANIFEST_UNKNOWN, NAME_UNKNOWN), Denied, Unavailable, Corrupt.</exception>
    public Task<ManifestDocument> GetAsync(string tag, CancellationToken cancellation) => GetAsync(tag, null, cancellation);

    /// <summary>The document of that digest.</summary>
    /// <inheritdoc cref="GetAsync(string, CancellationToken)"/>
    public Task<ManifestDocument> GetAsync(Digest digest, CancellationToken cancellation) => GetAsync(digest.ToString(), digest, cancellation);

    /// <summary>The digest that a tag has now, as the registry says; null where it doesn't, or has no such tag.</summary>
    /// <exception cref="RegistryException">Denied, Unavailable.</exception>
    public async Task<Digest?> HeadAsync(string tag, CancellationToken cancellation)
    {
        var request = new RegistryRequest(HttpMethod.Head, AddressOf(tag)) { Accept = s_accept, Expected = [HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed] };
        using HttpResponseMessage response = await _session.SendAsync(request, cancellation).ConfigureAwait(false);
        return response.IsSuccessStatusCode && Digest.TryParse(Header(response, "Docker-Content-Digest"), out Digest digest) ? digest : null;
    }

    /// <summary>Stores a document under a tag, or under its digest.</summary>
    /// <exception cref="RegistryException">Denied; Corrupt where the registry has stored something else; NotFound where it misses a blob.</exception>
    public async Task PutAsync(string tagOrDigest, ManifestDocument document, CancellationToken cancellation)
    {
        var request = new RegistryRequest(HttpMethod.Put, AddressOf(tagOrDigest))
        {
            Content = () => new ByteArrayContent(document.Bytes) { Headers = { ContentType = MediaTypeHeaderValue.Parse(document.MediaType) } },
            Timeout = _session.Settings.DocumentTimeout,
        };
        using HttpResponseMessage response = await _session.SendAsync(request, cancellation).ConfigureAwait(false);
        if (Header(response, "Docker-Content-Digest") is { } said && said != document.Digest.ToString())
            throw new RegistryException(ErrorKind.Corrupt, $"{ShownText.Of(request.Address)}: the registry stored it as '{ShownText.Of(said)}', and it is {document.Digest}", response.StatusCode);
    }

    /// <summary>Every tag of the repository, in the registry's order.</summary>
    /// <exception cref="RegistryException">NotFound, Denied, Unavailable, Corrupt.</exception>
    public Task<IReadOnlyList<string>> ListTagsAsync(CancellationToken cancellation) => TagList.ReadAsync(_session, _repository, cancellation);

    private async Task<ManifestDocument> GetAsync(string name, Digest? expected, CancellationToken cancellation)
    {
        var request = new RegistryRequest(HttpMethod.Get, AddressOf(name)) { Accept = s_accept };
        (byte[] bytes, HttpResponseMessage response) = await _session.ReadAsync(request, MaxBytes, "manifest", cancellation).ConfigureAwait(false);
        string where = ShownText.Of(request.Address);
        Digest actual = Digest.Of(bytes);
        if (expected is { } wanted && wanted != actual)
            throw new RegistryException(ErrorKind.Corrupt, $"{where}: manifest verification failed for digest {wanted}: the document has the digest {actual}", response.StatusCode);
        // Other algorithms may stand here; only what can be compared is.
        if (Header(response, "Docker-Content-Digest") is { } said && said.StartsWith("sha256:", StringComparison.Ordinal) && said != actual.ToString())
            throw new RegistryException(ErrorKind.Corrupt, $"{where}: the registry says that the document is {ShownText.Of(said)}, and it is {actual}", response.StatusCode);
        return ManifestCheck.Check(bytes, response.Content.Headers.ContentType?.MediaType, where);
    }

    private Uri AddressOf(string name) => _session.Endpoint.At($"{_repository}/manifests/{name}");

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;
}
