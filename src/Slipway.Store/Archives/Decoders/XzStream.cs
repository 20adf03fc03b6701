namespace Slipway.Store.Archives.Decoders;

/// <summary>
/// xz (the .xz file format, 1.2.1): streams of blocks of LZMA2 with checksums and an index, which are all checked. Several streams one after
/// another are one. A dictionary above 128 MiB is refused, and so are filters before LZMA2, which tar files have no use for.
/// </summary>
internal sealed class XzStream(Stream packed) : BlockStream
{
    private const int HeaderLength = 6, MaxDictionary = 128 << 20, Lzma2Filter = 0x21;
    private static readonly byte[] s_magic = [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];
    private readonly ByteSource _source = new(packed);
    private readonly List<(long Unpadded, long Plain)> _blocks = [];
    private XzBlock? _block;
    private byte _check;
    private bool _isOpen;

    /// <summary>Whether bytes begin like one.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith(s_magic);

    protected override ReadOnlyMemory<byte> NextBlock()
    {
        while (true)
        {
            if (!_isOpen && !BeginStream())
                return default;
            if (_block is null && !BeginBlock())
            {
                EndStream();
                continue;
            }
            ReadOnlyMemory<byte> chunk = _block!.Next(_source);
            if (!chunk.IsEmpty)
                return chunk;
            _blocks.Add(_block.End(_source));
            _block.Dispose();
            _block = null;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _block?.Dispose();
        base.Dispose(disposing);
    }

    // Between streams there may be zeroes, four at a time.
    private bool BeginStream()
    {
        int first = _source.TryNext();
        for (; first == 0 && _blocks.Count > 0; first = _source.TryNext())
        {
            if (_source.Next() != 0 || _source.Next() != 0 || _source.Next() != 0)
                throw new InvalidDataException("xz: something else follows it");
        }
        if (first < 0)
            return false;
        Span<byte> header = stackalloc byte[HeaderLength + 2];
        header[0] = (byte)first;
        _source.Take(header[1..]);
        uint crc = _source.TakeUInt32();
        if (!Begins(header) || header[6] != 0 || header[7] > 15 || Checksums.Crc32(0, header[6..]) != crc)
            throw new InvalidDataException("xz: no stream where one should begin");
        (_check, _isOpen) = (header[7], true);
        _blocks.Clear();
        return true;
    }

    // A first byte of zero is the index.
    private bool BeginBlock()
    {
        long start = _source.Taken;
        byte size = _source.Next();
        if (size == 0)
            return false;
        var header = new byte[(size + 1) * 4 - 4];
        header[0] = size;
        _source.Take(header.AsSpan(1));
        if (_source.TakeUInt32() != Checksums.Crc32(0, header))
            throw new InvalidDataException("xz: a block's header is damaged");
        int at = 2;
        if ((header[1] & 0x3c) != 0 || (header[1] & 3) != 0)
            throw new InvalidDataException("xz: a filter that slip doesn't know: only LZMA2 is");
        long? packedSize = (header[1] & 0x40) != 0 ? Number(header, ref at) : null, plainSize = (header[1] & 0x80) != 0 ? Number(header, ref at) : null;
        if (Number(header, ref at) != Lzma2Filter || Number(header, ref at) != 1 || at >= header.Length)
            throw new InvalidDataException("xz: a filter that slip doesn't know: only LZMA2 is");
        _block = new(new Lzma2Decoder(Dictionary(header[at])), _check, start, header.Length + 4, packedSize, plainSize);
        return true;
    }

    private static int Dictionary(byte bits)
    {
        // 2 or 3, times a power of two, from 4 KiB on.
        long size = bits > 40 ? long.MaxValue : bits == 40 ? uint.MaxValue : (2L | (uint)(bits & 1)) << (bits / 2 + 11);
        return size <= MaxDictionary ? (int)size : throw new InvalidDataException($"xz: it wants a dictionary above {MaxDictionary >> 20} MiB");
    }

    // The index repeats the sizes of all blocks; the footer repeats the header.
    private void EndStream()
    {
        long start = _source.Taken - 1;
        var hash = new CrcSource(_source);
        hash.Add(0);
        if (hash.Number() != _blocks.Count)
            throw new InvalidDataException("xz: the index counts other blocks");
        foreach ((long unpadded, long plain) in _blocks)
        {
            if (hash.Number() != unpadded || hash.Number() != plain)
                throw new InvalidDataException("xz: the index has other sizes");
        }
        while ((_source.Taken - start) % 4 != 0)
        {
            if (hash.Next() != 0)
                throw new InvalidDataException("xz: the index is damaged");
        }
        uint crc = hash.Value;
        long length = _source.Taken - start + 4;
        if (_source.TakeUInt32() != crc)
            throw new InvalidDataException("xz: the index is damaged");
        uint footerCrc = _source.TakeUInt32();
        Span<byte> footer = stackalloc byte[8];
        _source.Take(footer);
        bool isWhole = Checksums.Crc32(0, footer[..6]) == footerCrc && BitConverter.ToUInt32(footer) == length / 4 - 1
            && footer[4] == 0 && footer[5] == _check && footer[6] == 'Y' && footer[7] == 'Z';
        if (!isWhole)
            throw new InvalidDataException("xz: the footer is damaged");
        _isOpen = false;
        // So that padding is looked for even behind a stream without blocks.
        if (_blocks.Count == 0)
            _blocks.Add(default);
    }

    private static long Number(byte[] bytes, ref int at)
    {
        long value = 0;
        for (int shift = 0; shift < 63 && at < bytes.Length; shift += 7)
        {
            byte b = bytes[at++];
            value |= (long)(b & 0x7f) << shift;
            if ((b & 0x80) == 0)
                return value;
        }
        throw new InvalidDataException("xz: an impossible number");
    }
}
