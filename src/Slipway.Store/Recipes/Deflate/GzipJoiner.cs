using Slipway.Oci.Streams;

namespace Slipway.Store.Recipes.Deflate;

/// <summary>Makes the gzip stream that a <see cref="GzipSplitter"/> took apart: of its plain bytes, and what was written down.</summary>
internal sealed class GzipJoiner : ReadOnlyStream
{
    private const int Step = 32 * 1024, StoredStep = 4096, LargestHeader = 1 << 20, LargestCodes = 8 * 1024;
    private readonly Stream _plain;
    private readonly RecordReader _decisions;
    private readonly PlainWindow _window = new();
    private readonly MatchPredictor _predictor;
    private readonly BitWriter _output = new();
    private BlockCodes? _codes;
    private bool _inMember, _isLastBlock, _ended, _plainEnded;
    private int _stored;
    private long _run = -1;

    public GzipJoiner(Stream plain, MatchModel model, RecordReader decisions)
    {
        _plain = plain;
        _decisions = decisions;
        _predictor = new(_window, model);
    }

    /// <exception cref="Oci.SlipwayException">Corrupt: what was written down does not fit the plain bytes.</exception>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            while (_output.Length < Math.Min(buffer.Length, Step) && !_ended)
            {
                Fill();
                Write();
            }
        }
        catch (Exception e) when (e is DeflateException or Oci.SlipwayException)
        {
            // Other plain bytes can spoil it before their own source has noticed, which knows more.
            _plain.CopyTo(Stream.Null);
            throw;
        }
        return _output.Take(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _plain.Dispose();
        base.Dispose(disposing);
    }

    // As much as the longest step takes, and what a prediction looks ahead.
    private void Fill()
    {
        while (!_plainEnded && _window.End - _window.Position < StoredStep + PlainWindow.Ahead)
        {
            _predictor.Shift(_window.MakeRoom(Step));
            int length = _plain.Read(_window.Free);
            _window.End += length;
            _plainEnded = length == 0;
        }
    }

    private void Write()
    {
        if (_codes is not null)
            WriteToken(_codes);
        else if (_stored > 0)
            WriteStored();
        else if (!_inMember)
            BeginMember();
        else if (_isLastBlock)
            EndMember();
        else
            BeginBlock();
    }

    private void BeginMember()
    {
        bool isMember = _decisions.Byte() switch { (byte)'M' => true, (byte)'E' => false, _ => throw RecordReader.Damaged() };
        _output.WriteBytes(_decisions.Bytes(_decisions.Number(LargestHeader)));
        (_inMember, _isLastBlock, _ended) = (isMember, false, !isMember);
    }

    private void EndMember()
    {
        _output.WritePadding(_decisions.Byte());
        _output.WriteBytes(_decisions.Bytes(8));
        _inMember = false;
    }

    private void BeginBlock()
    {
        byte kind = _decisions.Byte();
        _isLastBlock = (kind & 4) != 0;
        _output.Write(_isLastBlock ? 1u : 0, 1);
        _output.Write((uint)(kind & 3), 2);
        switch (kind & 3)
        {
            case 0:
                _output.WritePadding(_decisions.Byte());
                _stored = _decisions.Number(0xffff);
                _output.Write((uint)_stored, 16);
                _output.Write(~(uint)_stored & 0xffff, 16);
                break;
            case 1:
                _codes = BlockCodes.Fixed;
                break;
            case 2:
                int bits = _decisions.Number(LargestCodes);
                byte[] description = _decisions.Bytes((bits + 7) / 8);
                _codes = BlockCodes.Read(new BitReader(new MemoryStream(description)));
                _output.Write(description, bits);
                break;
            default:
                throw RecordReader.Damaged();
        }
    }

    private void WriteStored()
    {
        int length = Math.Min(_stored, StoredStep);
        RequirePlain(length);
        _output.WriteBytes(_window.Bytes.AsSpan(_window.Position, length));
        _predictor.Advance(length);
        _stored -= length;
    }

    private void WriteToken(BlockCodes codes)
    {
        if (_run < 0)
            _run = _decisions.Number();
        if (_run-- > 0)
        {
            int length = _predictor.Predict(out int distance);
            Write(codes, length, distance);
            return;
        }
        var correction = (Correction)_decisions.Byte();
        if (correction == Correction.End)
        {
            codes.Literals.Write(_output, DeflateAlphabet.EndOfBlock);
            _codes = null;
            return;
        }
        int predicted = _predictor.Predict(out int predictedDistance);
        switch (correction)
        {
            case Correction.Literal:
                Write(codes, 0, 0);
                break;
            case Correction.Match:
                Write(codes, ReadLength(), ReadDistance());
                break;
            case Correction.Length:
                Write(codes, ReadLength(), predictedDistance);
                break;
            case Correction.Distance:
                Write(codes, predicted, ReadDistance());
                break;
            default:
                throw RecordReader.Damaged();
        }
    }

    private int ReadLength() => _decisions.Byte() + DeflateAlphabet.MinMatch;

    private int ReadDistance() => _decisions.Number(DeflateAlphabet.MaxDistance) is > 0 and int distance ? distance : throw RecordReader.Damaged();

    private void Write(BlockCodes codes, int length, int distance)
    {
        RequirePlain(Math.Max(length, 1));
        if (length == 0)
        {
            codes.Literals.Write(_output, _window.Bytes[_window.Position]);
            _predictor.Advance(1);
            return;
        }
        int symbol = DeflateAlphabet.LengthSymbol(length), far = DeflateAlphabet.DistanceSymbol(distance);
        codes.Literals.Write(_output, DeflateAlphabet.FirstLength + symbol);
        _output.Write((uint)(length - DeflateAlphabet.LengthBase[symbol]), DeflateAlphabet.LengthExtra[symbol]);
        codes.Distances.Write(_output, far);
        _output.Write((uint)(distance - DeflateAlphabet.DistanceBase[far]), DeflateAlphabet.DistanceExtra[far]);
        _predictor.Advance(length);
    }

    private void RequirePlain(int length)
    {
        if (_window.End - _window.Position < length)
            throw RecordReader.Damaged();
    }
}
