namespace Slipway.Store.Archives.Decoders;

/// <summary>LZMA: literals and matches, coded by probabilities that depend on what came before.</summary>
internal sealed class LzmaDecoder(LzmaWindow window)
{
    private const int States = 12, PositionStates = 16, LiteralStates = 7, LiteralSize = 0x300;
    private const int Slots = 64, SlotBits = 6, FullSlots = 14, FullDistances = 128, AlignBits = 4;
    private readonly RangeDecoder _range = new();
    private readonly LzmaLengths _lengths = new();
    private readonly LzmaLengths _repeatLengths = new();
    private readonly ushort[] _isMatch = new ushort[States * PositionStates];
    private readonly ushort[] _isRepeatLong = new ushort[States * PositionStates];
    private readonly ushort[] _isRepeat = new ushort[States];
    private readonly ushort[] _isOlder = new ushort[States];
    private readonly ushort[] _isOlder1 = new ushort[States];
    private readonly ushort[] _isOlder2 = new ushort[States];
    private readonly ushort[] _slots = new ushort[4 * Slots];
    private readonly ushort[] _distances = new ushort[1 + FullDistances - FullSlots];
    private readonly ushort[] _align = new ushort[1 << AlignBits];
    private ushort[] _literals = [];
    private int _literalContext;
    private int _literalMask;
    private int _positionMask;
    private int _state;
    private uint _rep0;
    private uint _rep1;
    private uint _rep2;
    private uint _rep3;

    /// <summary>Sets the properties byte: <c>(pb * 5 + lp) * 9 + lc</c>.</summary>
    public void SetProperties(byte properties)
    {
        int context = properties % 9, positions = properties / 9 % 5, bits = properties / 45;
        if (properties >= 225 || context + positions > 4)
            throw new InvalidDataException("lzma: impossible properties");
        (_literalContext, _literalMask, _positionMask) = (context, (1 << positions) - 1, (1 << bits) - 1);
        _literals = new ushort[LiteralSize << (context + positions)];
    }

    /// <summary>Begins anew.</summary>
    public void Reset()
    {
        foreach (ushort[] probabilities in (ReadOnlySpan<ushort[]>)[_isMatch, _isRepeatLong, _isRepeat, _isOlder, _isOlder1, _isOlder2, _slots, _distances, _align, _literals])
            Array.Fill(probabilities, RangeDecoder.Even);
        _lengths.Reset();
        _repeatLengths.Reset();
        (_state, _rep0, _rep1, _rep2, _rep3) = (0, 0, 0, 0, 0);
    }

    /// <summary>Decodes one chunk.</summary>
    /// <param name="packed">Its bytes.</param>
    /// <param name="length">How many.</param>
    /// <param name="plain">How many bytes come of it.</param>
    public void Decode(byte[] packed, int length, int plain)
    {
        if (_literals.Length == 0)
            throw new InvalidDataException("lzma: a chunk without properties");
        _range.Begin(packed, length);
        long end = window.Total + plain;
        while (window.Total < end)
        {
            int position = (int)window.Total & _positionMask;
            if (_range.Bit(ref _isMatch[_state * PositionStates + position]) == 0)
            {
                Literal();
                continue;
            }
            int match = _range.Bit(ref _isRepeat[_state]) == 0 ? Match(position) : Repeat(position);
            if (match > end - window.Total)
                throw new InvalidDataException("lzma: a match goes beyond its chunk");
            window.Repeat(_rep0, match);
        }
        _range.Normalize();
        if (!_range.IsFinished)
            throw new InvalidDataException("lzma: a chunk doesn't end where it should");
    }

    private void Literal()
    {
        byte before = window.Total > 0 ? window.Back(0) : (byte)0;
        int context = (((int)window.Total & _literalMask) << _literalContext) + (before >> (8 - _literalContext));
        Span<ushort> probabilities = _literals.AsSpan(LiteralSize * context, LiteralSize);
        uint symbol = 1;
        if (_state >= LiteralStates)
        {
            // After a match: the byte that the match would have gone on with tells something.
            uint matched = window.Back(_rep0), offset = 0x100;
            while (symbol < 0x100)
            {
                matched <<= 1;
                uint bit = matched & offset;
                uint next = _range.Bit(ref probabilities[(int)(offset + bit + symbol)]);
                symbol = (symbol << 1) | next;
                offset &= next == 1 ? bit : ~bit;
            }
        }
        while (symbol < 0x100)
            symbol = (symbol << 1) | _range.Bit(ref probabilities[(int)symbol]);
        window.Put((byte)symbol);
        _state = _state < 4 ? 0 : _state < 10 ? _state - 3 : _state - 6;
    }

    private int Match(int position)
    {
        (_rep3, _rep2, _rep1) = (_rep2, _rep1, _rep0);
        int length = _lengths.Next(_range, position);
        _state = _state < LiteralStates ? 7 : 10;
        uint slot = _range.Tree(_slots.AsSpan(Math.Min(length - 2, 3) * Slots, Slots), SlotBits);
        if (slot < 4)
        {
            _rep0 = slot;
            return length;
        }
        int bits = (int)(slot >> 1) - 1;
        _rep0 = (2 | (slot & 1)) << bits;
        _rep0 += slot < FullSlots
            ? _range.ReverseTree(_distances.AsSpan((int)(_rep0 - slot)), bits)
            : (_range.Direct(bits - AlignBits) << AlignBits) + _range.ReverseTree(_align, AlignBits);
        return length;
    }

    private int Repeat(int position)
    {
        if (_range.Bit(ref _isOlder[_state]) == 0)
        {
            if (_range.Bit(ref _isRepeatLong[_state * PositionStates + position]) == 0)
            {
                _state = _state < LiteralStates ? 9 : 11;
                return 1;
            }
        }
        else if (_range.Bit(ref _isOlder1[_state]) == 0)
        {
            (_rep0, _rep1) = (_rep1, _rep0);
        }
        else if (_range.Bit(ref _isOlder2[_state]) == 0)
        {
            (_rep0, _rep1, _rep2) = (_rep2, _rep0, _rep1);
        }
        else
        {
            (_rep0, _rep1, _rep2, _rep3) = (_rep3, _rep0, _rep1, _rep2);
        }
        _state = _state < LiteralStates ? 8 : 11;
        return _repeatLengths.Next(_range, position);
    }
}
