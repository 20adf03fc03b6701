namespace Slipway.Oci.Streams;

/// <summary>A stream whose bytes come from elsewhere: its heirs read without blocking, and whoever blocks waits for that.</summary>
public abstract class AsyncReadStream : ReadOnlyStream
{
    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override int Read(Span<byte> buffer)
    {
        byte[] rented = BufferPool.Rent(buffer.Length);
        try
        {
            int length = Read(rented, 0, buffer.Length);
            rented.AsSpan(0, length).CopyTo(buffer);
            return length;
        }
        finally
        {
            BufferPool.Return(rented);
        }
    }
}
