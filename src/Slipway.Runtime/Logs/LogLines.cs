namespace Slipway.Runtime.Logs;

/// <summary>Whole lines of a file that may still grow. Lines longer than any that the writer makes are passed over.</summary>
internal sealed class LogLines(Stream file)
{
    // 16 KiB of text, each byte written as \u00XX, and the frame around it.
    private const int MaxLine = 128 * 1024;

    private readonly byte[] _buffer = new byte[MaxLine];
    private int _start, _end;
    private bool _passingOver;

    /// <summary>How many bytes the last line took, with what was passed over before it.</summary>
    public int Taken { get; private set; }

    /// <summary>The next line without its line feed, valid until the next call; null where there is no whole one yet.</summary>
    public ReadOnlyMemory<byte>? Next()
    {
        int searched = _start;
        Taken = 0;
        while (true)
        {
            int feed = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                ReadOnlyMemory<byte> line = _buffer.AsMemory(_start, searched + feed - _start);
                Taken += searched + feed + 1 - _start;
                _start = searched + feed + 1;
                if (!_passingOver)
                    return line;
                _passingOver = false;
                searched = _start;
                continue;
            }
            if (!Fill())
                return null;
            searched = _start;
        }
    }

    private bool Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_end == _buffer.Length)
        {
            _passingOver = true;
            Taken += _end;
            _end = 0;
        }
        int count = file.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        return count > 0;
    }
}
