namespace Slipway.Store.Archives.Decoders;

/// <summary>
/// bzip2: blocks of at most 900,000 symbols, each sorted (Burrows and Wheeler), moved to front, run-length and Huffman coded, with a CRC. Several
/// streams one after another are one. Memory is bounded by the format: some 8 MiB.
/// </summary>
internal sealed class Bzip2Stream(Stream packed) : BlockStream
{
    private const long BlockMagic = 0x314159265359, EndMagic = 0x177245385090;
    private const int HundredThousand = 100_000;
    private readonly BitSource _bits = new(packed);
    private readonly Bzip2Block _block = new();
    private int _size;
    private uint _combined;

    protected override ReadOnlyMemory<byte> NextBlock()
    {
        while (true)
        {
            if (_size == 0 && !BeginStream())
                return default;
            long magic = ((long)_bits.Take(24) << 24) | _bits.Take(24);
            if (magic == BlockMagic)
            {
                (ReadOnlyMemory<byte> bytes, uint crc) = _block.Decode(_bits, _size);
                _combined = ((_combined << 1) | (_combined >> 31)) ^ crc;
                if (!bytes.IsEmpty)
                    return bytes;
                continue;
            }
            if (magic != EndMagic || ((_bits.Take(16) << 16) | _bits.Take(16)) != _combined)
                throw new InvalidDataException("bzip2: no block where one should be, or a wrong checksum");
            _bits.Align();
            _size = 0;
        }
    }

    // `BZh9`: the digit is the size of blocks. False at the end of everything.
    private bool BeginStream()
    {
        if (_bits.IsAtEnd)
            return false;
        uint level = _bits.Take(8) == 'B' && _bits.Take(8) == 'Z' && _bits.Take(8) == 'h' ? _bits.Take(8) - '0' : 0;
        if (level is < 1 or > 9)
            throw new InvalidDataException("bzip2: something else follows it");
        (_size, _combined) = ((int)level * HundredThousand, 0);
        return true;
    }
}
