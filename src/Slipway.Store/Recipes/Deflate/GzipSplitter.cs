using Slipway.Oci.Streams;

namespace Slipway.Store.Recipes.Deflate;

/// <summary>
/// Takes a gzip stream apart: gives its plain bytes, and writes down everything else that it takes to make the same stream of them
/// (<see cref="GzipJoiner"/>): headers, block boundaries, codes, and each token that is not what a model of the compressor predicts.
/// </summary>
internal sealed class GzipSplitter : ReadOnlyStream
{
    private const int Step = 32 * 1024, StoredStep = 4096, LargestHeader = 64 * 1024, LargestTail = 1 << 20;
    private readonly BitReader _source;
    private readonly RecordWriter _decisions;
    private readonly PlainWindow _window = new();
    private readonly MatchPredictor _predictor;
    private readonly Queue<Item> _waiting = new();
    private BlockCodes? _codes;
    private bool _inMember, _isLastBlock, _ended;
    private int _stored;
    private int _read;
    private long _asPredicted;

    public GzipSplitter(Stream gzip, MatchModel model, RecordWriter decisions)
    {
        _source = new(gzip);
        _decisions = decisions;
        _predictor = new(_window, model);
    }

    // What was decoded and not yet held against a prediction: a token, so many bytes of a stored block, or what is to be noted as it is.
    private readonly record struct Item(int Length, int Distance, byte[]? Note = null)
    {
        public bool IsStored => Distance < 0;
    }

    /// <exception cref="DeflateException">The stream is damaged, or says something in a way that is not kept.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (_read == _window.End && !_ended)
        {
            int shift = _window.MakeRoom(2 * Step + DeflateAlphabet.MaxMatch);
            _predictor.Shift(shift);
            _read -= shift;
            for (int until = _window.End + Step; _window.End < until && !_ended;)
                Decode();
            Explain();
        }
        int length = Math.Min(buffer.Length, _window.End - _read);
        _window.Bytes.AsSpan(_read, length).CopyTo(buffer);
        _read += length;
        return length;
    }

    private void Decode()
    {
        if (_codes is not null)
            DecodeToken(_codes);
        else if (_stored > 0)
            DecodeStored();
        else if (!_inMember)
            BeginMember();
        else if (_isLastBlock)
            EndMember();
        else
            BeginBlock();
    }

    // RFC 1952, section 2.3. The header's fields are kept as they stand; what can't be a member is whatever follows the last.
    private void BeginMember()
    {
        var header = new List<byte>();
        bool isMember = Take(10) && header[0] == 0x1f && header[1] == 0x8b && header[2] == 8;
        if (isMember)
        {
            int flags = header[3];
            bool whole = (flags & 4) == 0 || (Take(2) && Take(header[^2] | (header[^1] << 8)));
            whole = whole && ((flags & 8) == 0 || TakeText()) && ((flags & 16) == 0 || TakeText()) && ((flags & 2) == 0 || Take(2));
            if (!whole || header.Count > LargestHeader)
                throw new DeflateException("a member's header is cut");
        }
        else
        {
            while (header.Count < LargestTail && Take(1))
            {
            }
            if (header.Count == LargestTail)
                throw new DeflateException("something else follows it");
        }
        Note(n =>
        {
            n.Byte((byte)(isMember ? 'M' : 'E'));
            n.Number(header.Count);
            n.Bytes([.. header]);
        });
        (_inMember, _isLastBlock, _ended) = (isMember, false, !isMember);

        bool Take(int count)
        {
            byte[] bytes = new byte[count];
            int length = _source.ReadBytes(bytes);
            header.AddRange(bytes.AsSpan(0, length));
            return length == count;
        }

        bool TakeText()
        {
            while (header.Count < LargestHeader && Take(1))
            {
                if (header[^1] == 0)
                    return true;
            }
            return false;
        }
    }

    private void EndMember()
    {
        uint padding = _source.ReadPadding();
        byte[] trailer = new byte[8];
        if (_source.ReadBytes(trailer) != trailer.Length)
            throw new DeflateException("the stream is cut");
        Note(n =>
        {
            n.Byte((byte)padding);
            n.Bytes(trailer);
        });
        _inMember = false;
    }

    private void BeginBlock()
    {
        _isLastBlock = _source.Read(1) == 1;
        uint type = _source.Read(2);
        byte kind = (byte)(type | (_isLastBlock ? 4u : 0));
        switch (type)
        {
            case 0:
                uint padding = _source.ReadPadding();
                int length = (int)_source.Read(16);
                if (_source.Read(16) != (~length & 0xffff))
                    throw new DeflateException("a stored block's length is wrong");
                _stored = length;
                Note(n =>
                {
                    n.Byte(kind);
                    n.Byte((byte)padding);
                    n.Number(length);
                });
                break;
            case 1:
                _codes = BlockCodes.Fixed;
                Note(n => n.Byte(kind));
                break;
            case 2:
                BlockCodes codes = _codes = BlockCodes.Read(_source);
                Note(n =>
                {
                    n.Byte(kind);
                    n.Number(codes.BitCount);
                    n.Bytes(codes.Bits);
                });
                break;
            default:
                throw new DeflateException("a block is of no known type");
        }
    }

    private void DecodeStored()
    {
        int length = Math.Min(_stored, StoredStep);
        if (_source.ReadBytes(_window.Free[..length]) != length)
            throw new DeflateException("the stream is cut");
        _stored -= length;
        _window.End += length;
        _waiting.Enqueue(new(length, -1));
    }

    private void DecodeToken(BlockCodes codes)
    {
        int symbol = codes.Literals.Read(_source);
        if (symbol < DeflateAlphabet.EndOfBlock)
        {
            _window.Free[0] = (byte)symbol;
            _window.End++;
            _waiting.Enqueue(new(1, 0));
            return;
        }
        if (symbol == DeflateAlphabet.EndOfBlock)
        {
            _codes = null;
            _waiting.Enqueue(new(0, 0));
            return;
        }
        int index = symbol - DeflateAlphabet.FirstLength;
        if (index >= DeflateAlphabet.LengthBase.Length)
            throw new DeflateException("a length is out of range");
        int length = DeflateAlphabet.LengthBase[index] + (int)_source.Read(DeflateAlphabet.LengthExtra[index]);
        if (DeflateAlphabet.LengthSymbol(length) != index)
            throw new DeflateException("a length is written in an unusual way");
        int far = codes.Distances.Read(_source);
        if (far >= DeflateAlphabet.DistanceSymbols)
            throw new DeflateException("a distance is out of range");
        int distance = DeflateAlphabet.DistanceBase[far] + (int)_source.Read(DeflateAlphabet.DistanceExtra[far]);
        if (distance > _window.End)
            throw new DeflateException("a match begins before the stream");
        byte[] bytes = _window.Bytes;
        for (int end = _window.End + length; _window.End < end; _window.End++)
            bytes[_window.End] = bytes[_window.End - distance];
        _waiting.Enqueue(new(length, distance));
    }

    private void Note(Action<RecordWriter> write)
    {
        var bytes = new MemoryStream();
        var note = new RecordWriter(bytes);
        write(note);
        note.Flush();
        _waiting.Enqueue(new(0, 0, bytes.ToArray()));
    }

    // Not before as much is known of what comes as whoever puts the stream together again will know.
    private void Explain()
    {
        while (_waiting.TryPeek(out Item item) && (_ended || _window.End - _window.Position - item.Length >= PlainWindow.Ahead))
        {
            _waiting.Dequeue();
            if (item.Note is { } note)
                _decisions.Bytes(note);
            else if (item.Length == 0)
                Write(Correction.End);
            else
                Explain(item);
        }
        if (_ended)
            _decisions.Flush();
    }

    private void Explain(Item item)
    {
        if (!item.IsStored)
        {
            int predicted = _predictor.Predict(out int distance);
            if (item.Distance == 0 ? predicted == 0 : (predicted, distance) == (item.Length, item.Distance))
                _asPredicted++;
            else
                Correct(item, predicted, distance);
        }
        _predictor.Advance(item.Length);
    }

    private void Correct(Item item, int predicted, int distance)
    {
        if (item.Distance == 0)
        {
            Write(Correction.Literal);
            return;
        }
        Write(predicted == 0 ? Correction.Match : distance == item.Distance ? Correction.Length : predicted == item.Length ? Correction.Distance : Correction.Match);
        if (predicted != item.Length)
            _decisions.Byte((byte)(item.Length - DeflateAlphabet.MinMatch));
        if (predicted == 0 || distance != item.Distance)
            _decisions.Number(item.Distance);
    }

    private void Write(Correction correction)
    {
        _decisions.Number(_asPredicted);
        _asPredicted = 0;
        _decisions.Byte((byte)correction);
    }
}
