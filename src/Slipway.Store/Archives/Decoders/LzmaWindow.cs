namespace Slipway.Store.Archives.Decoders;

/// <summary>What LZMA has written so far, as far back as it may look, and the chunk in the making.</summary>
internal sealed class LzmaWindow(int dictionary)
{
    /// <summary>Bytes that one chunk makes at most.</summary>
    public const int MaxChunk = 1 << 21;

    // Room for several chunks: what is kept must not be moved for each of them.
    private const int Room = MaxChunk * 8;

    private byte[] _bytes = new byte[Math.Min(dictionary, 1 << 16) + MaxChunk];
    private int _at;
    private int _begin;

    /// <summary>Bytes since the dictionary was begun.</summary>
    public long Total { get; private set; }

    /// <summary>The chunk that was written last.</summary>
    public ReadOnlyMemory<byte> Chunk => _bytes.AsMemory(_begin, _at - _begin);

    /// <summary>Forgets everything.</summary>
    public void Reset() => (_at, _begin, Total) = (0, 0, 0);

    /// <summary>Begins a chunk: room is made in front of it for all that it may look back to.</summary>
    public void BeginChunk()
    {
        if (_at + MaxChunk > _bytes.Length)
        {
            int kept = Math.Min(_at, dictionary);
            if (kept + MaxChunk > _bytes.Length)
                Array.Resize(ref _bytes, (int)Math.Min((long)dictionary + Room, Math.Max((long)_bytes.Length * 2, kept + MaxChunk)));
            if (_at + MaxChunk > _bytes.Length)
            {
                Array.Copy(_bytes, _at - kept, _bytes, 0, kept);
                _at = kept;
            }
        }
        _begin = _at;
    }

    /// <summary>The byte that many back; 0 is the last.</summary>
    public byte Back(uint distance) => distance < Total && distance < dictionary ? _bytes[_at - 1 - (int)distance] : throw new InvalidDataException("lzma: a match with what isn't there");

    public void Put(byte value)
    {
        _bytes[_at++] = value;
        Total++;
    }

    /// <summary>Repeats what was written before; the two may overlap.</summary>
    public void Repeat(uint distance, int length)
    {
        _ = Back(distance);
        int from = _at - 1 - (int)distance;
        for (int i = 0; i < length; i++)
            _bytes[_at++] = _bytes[from++];
        Total += length;
    }

    /// <summary>Takes bytes as they are.</summary>
    public void Take(ByteSource source, int length)
    {
        source.Take(_bytes.AsSpan(_at, length));
        _at += length;
        Total += length;
    }
}
