namespace Slipway.Store.Archives.Decoders;

/// <summary>LZMA2: chunks of LZMA or of plain bytes, each with what it resets.</summary>
internal sealed class Lzma2Decoder
{
    private const int MaxPacked = 1 << 16;
    private readonly LzmaWindow _window;
    private readonly LzmaDecoder _lzma;
    private readonly byte[] _packed = new byte[MaxPacked];
    private bool _hasDictionary;
    private bool _hasState;

    /// <param name="dictionary">How far back matches may look.</param>
    public Lzma2Decoder(int dictionary)
    {
        _window = new(dictionary);
        _lzma = new(_window);
    }

    /// <summary>The next chunk's bytes; empty at the end.</summary>
    public ReadOnlyMemory<byte> Next(ByteSource source)
    {
        byte control = source.Next();
        if (control == 0)
            return default;
        if (control >= 0xe0 || control == 1)
        {
            _window.Reset();
            _hasDictionary = true;
            _hasState &= control < 0xe0;
        }
        else if (!_hasDictionary)
        {
            throw new InvalidDataException("lzma2: the first chunk has no dictionary");
        }
        _window.BeginChunk();
        if (control < 0x80)
            Plain(control, source);
        else
            Lzma(control, source);
        return _window.Chunk;
    }

    private void Plain(byte control, ByteSource source)
    {
        if (control > 2)
            throw new InvalidDataException("lzma2: an impossible chunk");
        _window.Take(source, Size(source) + 1);
    }

    private void Lzma(byte control, ByteSource source)
    {
        int plain = ((control & 0x1f) << 16) + Size(source) + 1, packed = Size(source) + 1, resets = (control >> 5) & 3;
        if (resets >= 2)
            _lzma.SetProperties(source.Next());
        if (resets >= 1)
            _lzma.Reset();
        _hasState |= resets >= 2;
        if (!_hasState)
            throw new InvalidDataException("lzma2: a chunk without properties");
        source.Take(_packed.AsSpan(0, packed));
        _lzma.Decode(_packed, packed, plain);
    }

    private static int Size(ByteSource source) => (source.Next() << 8) | source.Next();
}
