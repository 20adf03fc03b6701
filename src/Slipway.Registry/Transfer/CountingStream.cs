using Slipway.Oci.Streams;

namespace Slipway.Registry.Transfer;

/// <summary>Says how far reading has come, and leaves everything else to the stream that it reads.</summary>
internal sealed class CountingStream(Stream inner, long from, Action<long>? progress) : ReadOnlyStream
{
    private long _position = from;

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private int Count(int read)
    {
        _position += read;
        progress?.Invoke(_position);
        return read;
    }
}
