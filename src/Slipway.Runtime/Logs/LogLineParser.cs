using System.Text.Json;

namespace Slipway.Runtime.Logs;

/// <summary>Reads one line of a json-file log.</summary>
internal static class LogLineParser
{
    /// <summary>The record of a line; null for a line that is none: cut by a crash, or foreign.</summary>
    public static LogEntry? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return ParseObject(line);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static LogEntry? ParseObject(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        byte[]? text = null;
        LogStream stream = LogStream.Stdout;
        DateTimeOffset time = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("log"u8))
                text = ReadText(ref reader);
            else if (reader.ValueTextEquals("stream"u8))
                stream = reader.Read() && reader.ValueTextEquals("stderr"u8) ? LogStream.Stderr : LogStream.Stdout;
            else if (reader.ValueTextEquals("time"u8))
                time = ReadTime(ref reader);
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        return text is null ? null : new LogEntry(stream, time, text);
    }

    private static byte[] ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        byte[] text = new byte[reader.ValueSpan.Length];
        return text.AsSpan(0, reader.CopyString(text)).ToArray();
    }

    private static DateTimeOffset ReadTime(ref Utf8JsonReader reader)
    {
        reader.Read();
        // Nanoseconds: two digits more than the type holds.
        return reader.TryGetDateTimeOffset(out DateTimeOffset time) ? time : DateTimeOffset.Parse(reader.GetString()!);
    }
}
