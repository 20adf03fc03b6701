using Slipway.Oci.Streams;
using ZstdSharp;

namespace Slipway.Store.Archives;

/// <summary>The plain side of a packed stream; what is wrong with it becomes a <see cref="TarException"/>.</summary>
internal sealed class UnpackedStream(Stream plain, PackedStream packed, string format) : ReadOnlyStream
{
    private bool _ended;

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
