using System.Buffers;
using System.IO.Compression;

namespace Slipway.Store.Archives;

/// <summary>
/// Packs what is written to it as gzip (RFC 1952), in members of one MiB each, several at the same time: the bytes are the same whatever the number of
/// processors. <see cref="Finish"/> ends it; it does not close its target.
/// </summary>
internal sealed class GzipWriter(Stream target) : Stream
{
    private const int MemberSize = 1 << 20;
    private static readonly int s_mostAtOnce = Math.Min(System.Environment.ProcessorCount, 8) + 1;
    private readonly Queue<Task<MemoryStream>> _packing = new();
    private byte[] _plain = ArrayPool<byte>.Shared.Rent(MemberSize);
    private int _length;
    private bool _hasMember;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_length == MemberSize)
                Begin();
            int part = Math.Min(buffer.Length, MemberSize - _length);
            buffer[..part].CopyTo(_plain.AsSpan(_length));
            _length += part;
            buffer = buffer[part..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Packs and writes what is left. Nothing at all is a member too.</summary>
    public void Finish()
    {
        while (_packing.Count > 0)
            End();
        if (_length > 0 || !_hasMember)
        {
            using MemoryStream last = Pack(_plain, _length);
            target.Write(last.GetBuffer().AsSpan(0, (int)last.Length));
        }
        _length = 0;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Whoever ends early: nobody may still read what goes back to the pool.
            Task.WhenAll(_packing).ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
            ArrayPool<byte>.Shared.Return(_plain);
            _plain = [];
        }
        base.Dispose(disposing);
    }

    private void Begin()
    {
        byte[] plain = _plain;
        int length = _length;
        _packing.Enqueue(Task.Run(() =>
        {
            try
            {
                return Pack(plain, length);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(plain);
            }
        }));
        (_plain, _length, _hasMember) = (ArrayPool<byte>.Shared.Rent(MemberSize), 0, true);
        if (_packing.Count >= s_mostAtOnce)
            End();
    }

    private void End()
    {
        using MemoryStream packed = _packing.Dequeue().GetAwaiter().GetResult();
        target.Write(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    private static MemoryStream Pack(byte[] plain, int length)
    {
        var packed = new MemoryStream(length / 2 + 64);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(plain, 0, length);
        return packed;
    }
}
