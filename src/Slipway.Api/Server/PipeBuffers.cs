using System.Buffers;
using Slipway.Oci.Streams;

namespace Slipway.Api.Server;

/// <summary>What pipes keep their bytes in, out of the pool that can be emptied: connections come in rushes.</summary>
internal sealed class PipeBuffers : MemoryPool<byte>
{
    private const int Usual = 4096;

    public static PipeBuffers Instance { get; } = new();

    public override int MaxBufferSize => int.MaxValue;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => new Piece(BufferPool.Rent(minBufferSize < 0 ? Usual : minBufferSize));

    protected override void Dispose(bool disposing)
    {
        // It is the process's.
    }

    private sealed class Piece(byte[] buffer) : IMemoryOwner<byte>
    {
        private byte[]? _buffer = buffer;

        public Memory<byte> Memory => _buffer ?? throw new ObjectDisposedException(nameof(Piece));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _buffer, null) is { } back)
                BufferPool.Return(back);
        }
    }
}
