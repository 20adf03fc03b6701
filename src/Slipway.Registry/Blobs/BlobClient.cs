using System.Net;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Registry.Transfer;

namespace Slipway.Registry.Blobs;

/// <summary>Blobs of one repository, to read (distribution-spec, pulling blobs). What comes is not hashed here: whoever stores it does that.</summary>
public sealed class BlobClient
{
    private readonly RegistrySession _session;
    private readonly string _repository;

    internal BlobClient(RegistrySession session, string repository)
    {
        _session = session;
        _repository = repository;
    }

    /// <summary>The size of a blob; null where the repository doesn't have it.</summary>
    /// <exception cref="RegistryException">Denied, Unavailable.</exception>
    public async Task<long?> FindAsync(Digest digest, CancellationToken cancellation)
    {
        var request = new RegistryRequest(HttpMethod.Head, AddressOf(digest)) { Expected = [HttpStatusCode.NotFound] };
        using HttpResponseMessage response = await _session.SendAsync(request, cancellation).ConfigureAwait(false);
        return response.IsSuccessStatusCode ? response.Content.Headers.ContentLength ?? -1 : null;
    }

    /// <summary>A whole small blob, which is what its digest says.</summary>
    /// <exception cref="RegistryException">NotFound, Denied, Unavailable; Corrupt: other content, or more than <paramref name="maxBytes"/>.</exception>
    public async Task<byte[]> ReadAsync(Descriptor descriptor, int maxBytes, CancellationToken cancellation)
    {
        if (descriptor.Size > maxBytes)
            throw new RegistryException(ErrorKind.InvalidArgument, $"{descriptor.Digest}: {descriptor.Size} bytes are more than the {maxBytes} allowed");
        var request = new RegistryRequest(HttpMethod.Get, AddressOf(descriptor.Digest));
        (byte[] body, HttpResponseMessage response) = await _session.ReadAsync(request, maxBytes, "blob", cancellation).ConfigureAwait(false);
        if (body.Length != descriptor.Size || Digest.Of(body) != descriptor.Digest)
            throw new RegistryException(ErrorKind.Corrupt, $"{ShownText.Of(request.Address)}: it has {body.Length} bytes with the digest {Digest.Of(body)} instead of {descriptor.Size}", response.StatusCode);
        return body;
    }

    /// <summary>
    /// The bytes of a blob from an offset to its end. A line that is cut or stalls is taken up again where it stopped; the stream ends after
    /// exactly as many bytes as the descriptor says, or in an error. Much comes by several lines at once.
    /// </summary>
    /// <param name="descriptor">Digest and size.</param>
    /// <param name="from">How much is there already.</param>
    public Stream OpenRead(Descriptor descriptor, long from = 0)
    {
        var request = new RegistryRequest(HttpMethod.Get, AddressOf(descriptor.Digest));
        return descriptor.Size - from < _session.Settings.ParallelFrom
            ? new BlobStream(_session, request, descriptor.Size, from, descriptor.Size)
            : new ParallelBlobStream((start, end, rangeOnly) => new(_session, request, descriptor.Size, start, end) { RangeOnly = rangeOnly }, descriptor.Size, from, _session.Settings);
    }

    /// <summary>
    /// The same from one of the places that the descriptor names itself (foreign layers). No credential goes there, and nothing that it
    /// answers is trusted beyond what its digest says.
    /// </summary>
    /// <exception cref="RegistryException">InvalidArgument: the place is no http or https address.</exception>
    public Stream OpenForeign(Descriptor descriptor, string url, long from = 0)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0)
            throw new RegistryException(ErrorKind.InvalidArgument, $"{descriptor.Digest}: its place '{ShownText.Of(url)}' is not an http or https address");
        return new BlobStream(_session, new RegistryRequest(HttpMethod.Get, address) { Anonymous = true }, descriptor.Size, from, descriptor.Size);
    }

    private Uri AddressOf(Digest digest) => _session.Endpoint.At($"{_repository}/blobs/{digest}");
}
