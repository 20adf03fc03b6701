namespace Slipway.Runtime.Logs;

/// <summary>
/// Writes Docker's json-file log: one object a line, <c>{"log":"text\n","stream":"stdout","time":"2006-01-02T15:04:05.000000000Z"}</c>,
/// UTC, nine digits. A line of output longer than 16 KiB becomes several records, of which only the last ends in a line feed (invariant I8).
/// Appended by this one writer; a crash can cut the last line, which readers pass over.
/// </summary>
internal sealed class JsonLogWriter(LogSink sink, TimeProvider clock) : IDisposable
{
    private const int MaxText = 16 * 1024;

    private readonly byte[]?[] _unfinished = new byte[]?[2];
    private JsonLogEncoder? _encoder;
    private readonly int[] _unfinishedCount = new int[2];

    private JsonLogEncoder Encoder => _encoder ??= new(sink);

    /// <summary>Logs output as it comes. Lines are held until they end; a full disk loses records, never the container.</summary>
    public void Write(LogStream stream, ReadOnlySpan<byte> output)
    {
        Encoder.SetTime(clock.GetUtcNow());
        while (!output.IsEmpty)
        {
            int feed = output.IndexOf((byte)'\n');
            int length = feed < 0 ? output.Length : feed + 1;
            WritePiece(stream, output[..length], feed >= 0);
            output = output[length..];
        }
        Encoder.Flush();
    }

    /// <summary>Gives up its buffers, as far as nothing is held in them, until there is output again.</summary>
    public void ReturnMemory()
    {
        _encoder = null;
        for (int i = 0; i < _unfinished.Length; i++)
            _unfinished[i] = _unfinishedCount[i] > 0 ? _unfinished[i] : null;
    }

    /// <summary>Logs what was held: the streams have ended.</summary>
    public void Finish()
    {
        Encoder.SetTime(clock.GetUtcNow());
        Emit(LogStream.Stdout);
        Emit(LogStream.Stderr);
        Encoder.Flush();
    }

    public void Dispose() => sink.Dispose();

    private void WritePiece(LogStream stream, ReadOnlySpan<byte> piece, bool endsLine)
    {
        int index = stream - LogStream.Stdout;
        while (_unfinishedCount[index] + piece.Length > MaxText || (endsLine && _unfinishedCount[index] > 0))
        {
            int taken = Math.Min(piece.Length, MaxText - _unfinishedCount[index]);
            Hold(index, piece[..taken]);
            Emit(stream);
            piece = piece[taken..];
            if (piece.IsEmpty)
                return;
        }
        if (endsLine)
            Encoder.Add(stream, piece);
        else
            Hold(index, piece);
    }

    private void Hold(int index, ReadOnlySpan<byte> piece)
    {
        byte[] held = _unfinished[index] ??= new byte[MaxText];
        piece.CopyTo(held.AsSpan(_unfinishedCount[index]));
        _unfinishedCount[index] += piece.Length;
    }

    private void Emit(LogStream stream)
    {
        int index = stream - LogStream.Stdout;
        if (_unfinishedCount[index] > 0)
            Encoder.Add(stream, _unfinished[index].AsSpan(0, _unfinishedCount[index]));
        _unfinishedCount[index] = 0;
    }
}
