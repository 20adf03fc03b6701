using System.Buffers;
using System.Text;

namespace Slipway.Runtime.Logs;

/// <summary>
/// Turns raw output into JSON strings as Go's encoder does, which is what readers of these files know: &lt;, &gt; and &amp; escaped, bytes that are no UTF-8
/// replaced. It collects records in a small buffer and allocates nothing.
/// </summary>
internal sealed class JsonLogEncoder(LogSink sink)
{
    private const int TimeLength = 30;

    private static readonly SearchValues<byte> s_plain = SearchValues.Create(
        " !#$%'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly byte[] _time = new byte[TimeLength];
    private int _count;

    /// <summary>The time of the records that follow.</summary>
    public void SetTime(DateTimeOffset now)
    {
        // "O" ends in seven digits and Z; the format wants nanoseconds.
        now.UtcDateTime.TryFormat(_time, out int length, "O");
        "00Z"u8.CopyTo(_time.AsSpan(length - 1));
    }

    /// <summary>Adds one record.</summary>
    public void Add(LogStream stream, ReadOnlySpan<byte> text)
    {
        // Between two records only.
        if (sink.IsFull(_count))
        {
            Flush();
            sink.Rotate();
        }
        Put("{\"log\":\""u8);
        while (!text.IsEmpty)
        {
            int plain = text.IndexOfAnyExcept(s_plain);
            Put(plain < 0 ? text : text[..plain]);
            text = plain < 0 ? [] : text[plain..];
            if (!text.IsEmpty)
                text = text[PutSpecial(text)..];
        }
        Put(stream == LogStream.Stdout ? "\",\"stream\":\"stdout\",\"time\":\""u8 : "\",\"stream\":\"stderr\",\"time\":\""u8);
        Put(_time);
        Put("\"}\n"u8);
    }

    /// <summary>Writes what was collected.</summary>
    public void Flush()
    {
        sink.Write(_buffer.AsSpan(0, _count));
        _count = 0;
    }

    // Returns how many bytes of the text it has dealt with.
    private int PutSpecial(ReadOnlySpan<byte> text)
    {
        byte first = text[0];
        if (first >= 0x80)
        {
            OperationStatus status = Rune.DecodeFromUtf8(text, out Rune rune, out int length);
            if (status != OperationStatus.Done)
                Put("\\ufffd"u8);
            else if (rune.Value is 0x2028 or 0x2029)
                Put(rune.Value == 0x2028 ? "\\u2028"u8 : "\\u2029"u8);
            else
                Put(text[..length]);
            return length;
        }
        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        switch (first)
        {
            case (byte)'\n': Put("\\n"u8); break;
            case (byte)'\r': Put("\\r"u8); break;
            case (byte)'\t': Put("\\t"u8); break;
            case (byte)'"': Put("\\\""u8); break;
            case (byte)'\\': Put("\\\\"u8); break;
            default: Put([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', digits[first >> 4], digits[first & 15]]); break;
        }
        return 1;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (_buffer.Length - _count < bytes.Length)
            Flush();
        while (bytes.Length > _buffer.Length)
        {
            bytes[.._buffer.Length].CopyTo(_buffer);
            bytes = bytes[_buffer.Length..];
            _count = _buffer.Length;
            Flush();
        }
        bytes.CopyTo(_buffer.AsSpan(_count));
        _count += bytes.Length;
    }
}
