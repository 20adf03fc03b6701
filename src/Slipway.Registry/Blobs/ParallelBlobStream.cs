using Slipway.Oci.Streams;

namespace Slipway.Registry.Blobs;

/// <summary>
/// A big blob on its way by several lines at once, a range each, read in order: so that what has come is always its beginning, which can be kept
/// and gone on with. The first range tells whether the registry takes ranges; where it does not, that line brings everything.
/// </summary>
/// <param name="open">Opens a range; of all but the first nothing but that range is taken.</param>
/// <param name="size">The blob's size.</param>
/// <param name="from">How much is there already.</param>
/// <param name="settings">How large the ranges are, and how many at once.</param>
internal sealed class ParallelBlobStream(Func<long, long, bool, BlobStream> open, long size, long from, RegistrySettings settings) : AsyncReadStream
{
    private readonly CancellationTokenSource _end = new();
    private readonly Queue<Task<byte[]>> _coming = new();
    private readonly BlobStream _first = open(from, Math.Min(size, from + settings.RangeBytes), false);
    private long _next = Math.Min(size, from + settings.RangeBytes);
    private long _position = from;
    private bool? _takesRanges;
    private byte[] _range = [];
    private int _taken;

    public override long Length => size;

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0)
            return 0;
        int read = await _first.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (_takesRanges is null)
        {
            _takesRanges = _first.IsRange;
            if (_takesRanges == false)
                _first.ReadOn();
            else
                Begin();
        }
        if (read == 0 && _takesRanges == true)
            read = await ReadRangesAsync(buffer, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _end.Cancel();
            // Nobody waits for these any more, and nobody is to hear of them.
            foreach (Task<byte[]> range in _coming)
                _ = IgnoreAsync(range);
            _first.Dispose();
            _end.Dispose();
        }
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadRangesAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (_taken == _range.Length)
        {
            if (!_coming.TryPeek(out Task<byte[]>? range))
                return 0;
            _range = await range.WaitAsync(cancellation).ConfigureAwait(false);
            _ = _coming.Dequeue();
            _taken = 0;
            Begin();
        }
        int length = Math.Min(buffer.Length, _range.Length - _taken);
        _range.AsMemory(_taken, length).CopyTo(buffer);
        _taken += length;
        return length;
    }

    // As many as may be under way.
    private void Begin()
    {
        while (_coming.Count < settings.RangesAtOnce && _next < size)
        {
            long start = _next;
            _next = Math.Min(size, start + settings.RangeBytes);
            _coming.Enqueue(FetchAsync(start, _next));
        }
    }

    private static async Task IgnoreAsync(Task range) => await range.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<byte[]> FetchAsync(long start, long end)
    {
        byte[] bytes = new byte[end - start];
        using BlobStream stream = open(start, end, true);
        await stream.ReadExactlyAsync(bytes, _end.Token).ConfigureAwait(false);
        return bytes;
    }
}
