namespace Slipway.Store.Archives.Decoders;

/// <summary>Decodes one block of bzip2 after another into the same memory.</summary>
internal sealed class Bzip2Block
{
    private const int MaxTables = 6, GroupSize = 50, MaxSelectors = 18_002, MaxBlock = 900_000, MaxRun = 255;
    private readonly uint[] _links = new uint[MaxBlock];
    private readonly byte[] _selectors = new byte[MaxSelectors];
    private readonly Bzip2Code[] _codes = new Bzip2Code[MaxTables];
    private byte[] _output = new byte[MaxBlock];

    /// <summary>The block's bytes, until the next is decoded, and its checksum.</summary>
    /// <param name="bits">After the block's mark.</param>
    /// <param name="limit">Symbols that the stream allows.</param>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public (ReadOnlyMemory<byte> Bytes, uint Crc) Decode(BitSource bits, int limit)
    {
        uint stated = (bits.Take(16) << 16) | bits.Take(16);
        if (bits.Take(1) != 0)
            throw new InvalidDataException("bzip2: a randomised block, which nothing makes any more");
        uint origin = bits.Take(24);
        byte[] symbols = Symbols(bits);
        int groups = Selectors(bits, out int tables);
        for (int i = 0; i < tables; i++)
            _codes[i] = Bzip2Code.Read(bits, symbols.Length + 2);
        int length = Symbols(bits, symbols, groups, limit);
        if (origin >= length)
            throw new InvalidDataException("bzip2: a block begins outside of itself");
        int written = Unsort(length, origin, out uint crc);
        return crc == stated ? (_output.AsMemory(0, written), crc) : throw new InvalidDataException("bzip2: a block's checksum is wrong");
    }

    // Which bytes occur: sixteen bits for the sixteens that have any, then sixteen for each of those.
    private static byte[] Symbols(BitSource bits)
    {
        uint sixteens = bits.Take(16);
        var symbols = new List<byte>(256);
        for (int i = 0; i < 16; i++)
        {
            uint used = (sixteens & (0x8000u >> i)) != 0 ? bits.Take(16) : 0;
            for (int j = 0; j < 16; j++)
            {
                if ((used & (0x8000u >> j)) != 0)
                    symbols.Add((byte)(i * 16 + j));
            }
        }
        return symbols.Count > 0 ? [.. symbols] : throw new InvalidDataException("bzip2: a block without symbols");
    }

    // Which table each group of fifty symbols uses, moved to front.
    private int Selectors(BitSource bits, out int tables)
    {
        tables = (int)bits.Take(3);
        int count = (int)bits.Take(15);
        if (tables is < 2 or > MaxTables || count == 0)
            throw new InvalidDataException("bzip2: impossible tables");
        Span<byte> order = [0, 1, 2, 3, 4, 5];
        for (int i = 0; i < count; i++)
        {
            int place = 0;
            while (bits.Take(1) != 0)
            {
                if (++place >= tables)
                    throw new InvalidDataException("bzip2: a table that isn't there");
            }
            byte chosen = order[place];
            order[..place].CopyTo(order[1..]);
            order[0] = chosen;
            if (i < MaxSelectors)
                _selectors[i] = chosen;
        }
        return Math.Min(count, MaxSelectors);
    }

    // Runs of the front symbol are numbers in two digits of their own; the last symbol ends the block.
    private int Symbols(BitSource bits, byte[] front, int groups, int limit)
    {
        int length = 0, run = 0, digit = 1, end = front.Length + 1;
        for (int group = 0; group < groups; group++)
        {
            Bzip2Code code = _codes[_selectors[group]];
            for (int i = 0; i < GroupSize; i++)
            {
                int symbol = code.Next(bits);
                if (symbol < 2)
                {
                    run += digit << symbol;
                    digit <<= 1;
                    if (run > limit)
                        throw new InvalidDataException("bzip2: a block is too long");
                    continue;
                }
                length = Put(front[0], run, length, limit);
                (run, digit) = (0, 1);
                if (symbol == end)
                    return length;
                byte moved = front[symbol - 1];
                Array.Copy(front, 0, front, 1, symbol - 1);
                front[0] = moved;
                length = Put(moved, 1, length, limit);
            }
        }
        throw new InvalidDataException("bzip2: a block has no end");
    }

    private int Put(byte symbol, int count, int length, int limit)
    {
        if (length + count > limit)
            throw new InvalidDataException("bzip2: a block is too long");
        _links.AsSpan(length, count).Fill(symbol);
        return length + count;
    }

    // The links make the sorted column a list in the text's order: low byte the symbol, the rest who is next. Four equal bytes are followed by a
    // count of more.
    private int Unsort(int length, uint origin, out uint crc)
    {
        Span<int> starts = stackalloc int[257];
        for (int i = 0; i < length; i++)
            starts[(byte)_links[i] + 1]++;
        for (int i = 1; i < starts.Length; i++)
            starts[i] += starts[i - 1];
        for (int i = 0; i < length; i++)
            _links[starts[(byte)_links[i]]++] |= (uint)i << 8;
        crc = uint.MaxValue;
        int written = 0, same = 0;
        uint at = _links[origin] >> 8;
        byte last = 0;
        for (int i = 0; i < length; i++)
        {
            uint link = _links[at];
            at = link >> 8;
            byte symbol = (byte)link;
            int count = same == 4 ? symbol : 1;
            byte value = same == 4 ? last : symbol;
            same = same == 4 ? 0 : same > 0 && symbol == last ? same + 1 : 1;
            last = value;
            Room(written + count);
            for (int k = 0; k < count; k++)
            {
                _output[written++] = value;
                crc = Checksums.Bzip2(crc, value);
            }
        }
        crc = ~crc;
        return written;
    }

    // Runs make a block longer than its symbols: at most by 255 for each five.
    private void Room(int length)
    {
        if (length > _output.Length)
            Array.Resize(ref _output, Math.Max(length + MaxRun, _output.Length * 2));
    }
}
