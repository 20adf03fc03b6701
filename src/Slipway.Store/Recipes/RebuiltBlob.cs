using System.Security.Cryptography;
using Slipway.Oci;
using Slipway.Oci.Streams;
using Slipway.Store.Recipes.Deflate;

namespace Slipway.Store.Recipes;

/// <summary>
/// A blob that is made again while it is read: of the layer's tree and a recipe, with bounded memory. The last bytes are given only when all
/// of them have the blob's digest. To go back is to begin anew.
/// </summary>
internal sealed class RebuiltBlob(Digest blob, long size, Func<Stream> open) : ReadOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private Stream? _inner;
    private long _position, _wanted;

    public override bool CanSeek => true;
    public override long Length => size;
    public override long Position { get => _wanted; set => _wanted = value; }

    /// <exception cref="SlipwayException">Corrupt: it can't be made again, with the reason.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_wanted >= size || buffer.IsEmpty)
            return 0;
        if (_wanted < _position)
            Restart();
        if (_position < _wanted)
            SkipAhead();
        int length = ReadNext(buffer);
        _wanted = _position;
        return length;
    }

    public override long Seek(long offset, SeekOrigin origin) => _wanted = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _wanted + offset,
        _ => size + offset,
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner?.Dispose();
            _hash.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Restart()
    {
        _inner?.Dispose();
        _inner = null;
        _hash.GetHashAndReset();
        _position = 0;
    }

    private void SkipAhead()
    {
        byte[] buffer = new byte[64 * 1024];
        while (_position < _wanted)
            ReadNext(buffer.AsSpan(0, (int)Math.Min(buffer.Length, _wanted - _position)));
    }

    private int ReadNext(Span<byte> buffer)
    {
        try
        {
            _inner ??= open();
            int length = _inner.Read(buffer[..(int)Math.Min(buffer.Length, size - _position)]);
            if (length == 0)
                throw RecordReader.Damaged();
            _hash.AppendData(buffer[..length]);
            _position += length;
            if (_position == size && Digest.FromHash(_hash.GetCurrentHash()) != blob)
                throw new SlipwayException(ErrorKind.Corrupt, "what comes of it has another digest");
            return length;
        }
        catch (SlipwayException e)
        {
            throw Failed(blob, e.Message, e);
        }
        catch (Exception e) when (e is DeflateException or ZstdSharp.ZstdException or IOException)
        {
            throw Failed(blob, e.Message, e);
        }
    }

    /// <summary>Why a blob can't be made again, and what helps.</summary>
    public static SlipwayException Failed(Digest blob, string why, Exception? inner = null) => new(ErrorKind.Corrupt, $"rebuild blob {blob.Short}: {why}", inner)
    {
        Hint = "'slip system check' tells all that has changed, and with --repair fetches it from the image's registry. Where that doesn't have it: remove the image, and load or build it again",
    };
}
