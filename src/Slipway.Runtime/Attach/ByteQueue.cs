namespace Slipway.Runtime.Attach;

/// <summary>Bytes that wait for a descriptor to take them. It holds no memory while it is empty.</summary>
internal sealed class ByteQueue
{
    private const int FirstSize = 4096;

    private byte[] _bytes = [];
    private int _start, _end;

    public bool IsEmpty => _start == _end;

    public int Count => _end - _start;

    /// <summary>What is next, all of it.</summary>
    public ReadOnlySpan<byte> Front => _bytes.AsSpan(_start, Count);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _end < bytes.Length)
            MakeRoom(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Drops what was taken from the front.</summary>
    public void Remove(int count)
    {
        _start += count;
        if (IsEmpty)
            Clear();
    }

    public void Clear()
    {
        _bytes = [];
        _start = _end = 0;
    }

    private void MakeRoom(int more)
    {
        int count = Count;
        byte[] bytes = count + more <= _bytes.Length ? _bytes : new byte[Math.Max(FirstSize, (count + more) * 2)];
        Front.CopyTo(bytes);
        _bytes = bytes;
        _start = 0;
        _end = count;
    }
}
