using System.Buffers.Binary;

namespace Slipway.Store.Recipes.Deflate;

/// <summary>
/// Says which token a compressor would write next: a chain of earlier places for each hash, as zlib and its kin have it. It follows the tokens
/// that were written in fact, so one that was predicted wrong does not spoil the next. Equal bytes and tokens give equal predictions, always:
/// recipes depend on it, so what is here may not change for a model that exists.
/// </summary>
internal sealed class MatchPredictor
{
    private const int Mask = DeflateAlphabet.MaxDistance - 1;
    private readonly PlainWindow _window;
    private readonly MatchModel _model;
    private readonly int[] _heads;
    private readonly int[] _chain = new int[DeflateAlphabet.MaxDistance];

    // Places before it are in the chains, or left out of them.
    private int _inserted;
    private int _pendingAt = -1, _pendingLength, _pendingDistance;

    public MatchPredictor(PlainWindow window, MatchModel model)
    {
        _window = window;
        _model = model;
        _heads = new int[model.Hash switch { MatchHash.Three => 1 << 15, MatchHash.FourGo => 1 << 17, _ => 1 << 16 }];
        _heads.AsSpan().Fill(-1);
        _chain.AsSpan().Fill(-1);
    }

    /// <summary>The token at the window's position: a match's length and distance, or 0 for a literal.</summary>
    public int Predict(out int distance)
    {
        int at = _window.Position;
        int length = _pendingLength;
        distance = _pendingDistance;
        if (_pendingAt != at)
            length = Find(at, _model.MinMatch - 1, out distance);
        if (length == 0 || length >= _model.Lazy)
            return length;
        Insert(at);
        int next = Find(at + 1, length, out int nextDistance);
        if (next <= length)
            return length;
        (_pendingAt, _pendingLength, _pendingDistance) = (at + 1, next, nextDistance);
        return 0;
    }

    /// <summary>A token was written that stands for so many bytes.</summary>
    public void Advance(int length)
    {
        int at = _window.Position;
        Insert(at);
        if (_model.Lazy == 0 && length > 1 && length > _model.Insert)
            _inserted = at + length;
        for (int place = at + 1; place < at + length; place++)
            Insert(place);
        _window.Position = at + length;
    }

    /// <summary>The window has moved.</summary>
    public void Shift(int by)
    {
        if (by == 0)
            return;
        _inserted -= by;
        _pendingAt = _pendingAt >= by ? _pendingAt - by : -1;
        Shift(_heads, by);
        Shift(_chain, by);
    }

    private static void Shift(int[] places, int by)
    {
        for (int i = 0; i < places.Length; i++)
            places[i] = Math.Max(places[i] - by, -1);
    }

    private void Insert(int place)
    {
        if (place < _inserted)
            return;
        _inserted = place + 1;
        if (_window.End - place < _model.MinMatch)
            return;
        ref int head = ref _heads[HashAt(place)];
        _chain[place & Mask] = head;
        head = place;
    }

    // The best match that is longer than one that is known; 0 where there is none.
    private int Find(int at, int best, out int distance)
    {
        distance = 0;
        int longest = Math.Min(DeflateAlphabet.MaxMatch, _window.End - at);
        if (longest < _model.MinMatch || best >= longest)
            return 0;
        byte[] bytes = _window.Bytes;
        ReadOnlySpan<byte> here = bytes.AsSpan(at, longest);
        int nice = Math.Min(_model.Nice, longest), found = 0;
        int nearest = Math.Max(at - _model.Distance, 0);
        int tries = best >= _model.Good ? _model.Chain >> 2 : _model.Chain;
        for (int candidate = _heads[HashAt(at)]; candidate >= nearest && tries > 0; tries--)
        {
            if (bytes[candidate + best] == here[best])
            {
                int length = here.CommonPrefixLength(bytes.AsSpan(candidate, longest));
                if (length > best && !_model.IsTooFar(length, at - candidate))
                {
                    (found, best, distance) = (length, length, at - candidate);
                    if (length >= nice)
                        break;
                }
            }
            int next = _chain[candidate & Mask];
            if (next >= candidate)
                break;
            candidate = next;
        }
        return found;
    }

    private int HashAt(int place)
    {
        ReadOnlySpan<byte> at = _window.Bytes.AsSpan(place);
        return _model.Hash switch
        {
            MatchHash.Three => ((at[0] << 10) ^ (at[1] << 5) ^ at[2]) & 0x7fff,
            MatchHash.FourGo => (int)((BinaryPrimitives.ReadUInt32BigEndian(at) * 0x1e35a7bdu) >> 15),
            _ => (int)((BinaryPrimitives.ReadUInt32LittleEndian(at) * 2654435761) >> 16),
        };
    }
}
