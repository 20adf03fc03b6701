using ZstdSharp;

namespace Slipway.Store.Archives;

/// <summary>The plain side of a packed stream; what is wrong with it becomes a <see cref="TarException"/>.</summary>
internal sealed class UnpackedStream(Stream plain, PackedStream packed, string format) : Stream
{
    private bool _ended;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (_ended || buffer.IsEmpty)
            return 0;
        try
        {
            int length = plain.Read(buffer);
            if (length == 0)
                End();
            return length;
        }
        catch (EndOfStreamException e)
        {
            throw new TarException($"unpack {format}: it is cut", inner: e);
        }
        catch (Exception e) when (e is InvalidDataException or ZstdException)
        {
            throw new TarException($"unpack {format}: it is damaged", inner: e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            plain.Dispose();
            packed.Dispose();
        }
        base.Dispose(disposing);
    }

    private void End()
    {
        _ended = true;
        if (!packed.HasEnded)
            throw new TarException($"unpack {format}: something else follows it");
    }
}
