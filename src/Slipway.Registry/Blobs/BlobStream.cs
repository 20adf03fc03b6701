using System.Net;
using System.Net.Http.Headers;
using Slipway.Oci;
using Slipway.Oci.Streams;
using Slipway.Registry.Transfer;

namespace Slipway.Registry.Blobs;

/// <summary>A blob on its way: reads on over cut lines, silence and busy registries, until all is there or nothing more comes.</summary>
internal sealed class BlobStream : AsyncReadStream
{
    private const int DiscardBuffer = 64 * 1024;
    private readonly RegistrySession _session;
    private readonly RegistryRequest _request;
    private readonly long _size;
    private long _position, _to;
    private HttpResponseMessage? _response;
    private Stream? _body;
    private CancellationTokenSource? _stall;
    private int _failures;

    public BlobStream(RegistrySession session, RegistryRequest request, long size, long from, long to)
    {
        _session = session;
        _request = request;
        _size = size;
        _position = from;
        _to = to;
    }

    /// <summary>An answer with anything but the range that is asked for is refused: it is known that the registry takes ranges.</summary>
    public bool RangeOnly { get; init; }

    /// <summary>Whether the last answer was the range that was asked for; false before the first.</summary>
    public bool IsRange => _response?.StatusCode == HttpStatusCode.PartialContent;

    /// <summary>Reads on to the blob's end, instead of to where it was to stop.</summary>
    public void ReadOn() => _to = _size;

    /// <summary>The blob's size, as its descriptor has it.</summary>
    public override long Length => _size;

    /// <summary>The offset in the blob of the next byte.</summary>
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    /// <exception cref="RegistryException">NotFound, Denied; Unavailable after all attempts; Corrupt: it is longer than it should be, or another part.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0)
            return 0;
        while (true)
        {
            if (_position == _to)
            {
                await RequireEndAsync(cancellationToken).ConfigureAwait(false);
                return 0;
            }
            try
            {
                if (_body is null)
                    await OpenAsync(cancellationToken).ConfigureAwait(false);
                int read = await ReadBodyAsync(buffer[..(int)Math.Min(buffer.Length, _to - _position)], cancellationToken).ConfigureAwait(false);
                if (read > 0)
                {
                    _position += read;
                    _failures = 0;
                    return read;
                }
                throw new RegistryException(ErrorKind.Unavailable, $"{ShownText.Of(_request.Address)}: it ended after {_position} of {_size} bytes") { IsPassing = true };
            }
            catch (RegistryException e) when (e.IsPassing && ++_failures < _session.Settings.Retry.Attempts)
            {
                CloseResponse();
                await _session.PauseAsync(_failures, null, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            CloseResponse();
        base.Dispose(disposing);
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        bool partly = _position > 0 || _to < _size;
        _response = await _session.SendAsync(_request with { From = partly ? _position : null, To = _to < _size ? _to - 1 : null }, cancellation).ConfigureAwait(false);
        _stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            _body = await _response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            long skip = partly ? Skip(_response) : Whole(_response);
            byte[] discard = skip > 0 ? new byte[DiscardBuffer] : [];
            while (skip > 0)
            {
                int read = await ReadBodyAsync(discard.AsMemory(0, (int)Math.Min(skip, discard.Length)), cancellation).ConfigureAwait(false);
                if (read == 0)
                    throw new RegistryException(ErrorKind.Unavailable, $"{ShownText.Of(_request.Address)}: it ended before the offset {_position}") { IsPassing = true };
                skip -= read;
            }
        }
        catch
        {
            CloseResponse();
            throw;
        }
    }

    // How many bytes come before the ones that were asked for: none, or all where the registry takes no ranges.
    private long Skip(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.PartialContent)
            return RangeOnly ? throw Corrupt($"asked for the bytes from {_position} of {_size}, it answers with all") : Whole(response) + _position;
        ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
        if (range?.From != _position || (range.HasLength && range.Length != _size) || range.To > _to - 1)
            throw Corrupt($"asked for the bytes from {_position} of {_size}, it answers '{ShownText.Of(range?.ToString() ?? "")}'");
        return 0;
    }

    // A shorter answer than promised is one that was cut; a longer one is another blob's.
    private long Whole(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From is not (null or 0))
            throw Corrupt("it answers with a part that nobody asked for");
        if (response.Content.Headers.ContentLength > _size)
            throw Corrupt($"it has {response.Content.Headers.ContentLength} bytes instead of {_size}");
        return 0;
    }

    private async ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        _stall!.CancelAfter(_session.Settings.StallTimeout);
        try
        {
            int read = await _body!.ReadAsync(buffer, _stall.Token).ConfigureAwait(false);
            _stall.CancelAfter(Timeout.InfiniteTimeSpan);
            return read;
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new RegistryException(ErrorKind.Unavailable, $"{ShownText.Of(_request.Address)}: nothing came for {_session.Settings.StallTimeout.TotalSeconds:0.#} s", inner: e) { IsPassing = true };
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw TransportError.Cut(ShownText.Of(_request.Address), e);
        }
    }

    // A body without a declared length may go on behind what was expected: then it is not that blob.
    private async ValueTask RequireEndAsync(CancellationToken cancellation)
    {
        if (_body is null || _to < _size || _response?.Content.Headers.ContentLength is not null)
            return;
        bool more;
        try
        {
            more = await ReadBodyAsync(new byte[1], cancellation).ConfigureAwait(false) > 0;
        }
        catch (RegistryException e) when (e.IsPassing)
        {
            // All that was wanted is there.
            more = false;
        }
        CloseResponse();
        if (more)
            throw Corrupt($"it goes on after its {_size} bytes");
    }

    private RegistryException Corrupt(string why) => new(ErrorKind.Corrupt, $"{ShownText.Of(_request.Address)}: {why}");

    private void CloseResponse()
    {
        _body?.Dispose();
        _response?.Dispose();
        _stall?.Dispose();
        _body = null;
        _response = null;
        _stall = null;
    }
}
