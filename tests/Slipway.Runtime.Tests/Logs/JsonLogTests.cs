using System.Text;
using Slipway.Runtime.Logs;
using Xunit;

namespace Slipway.Runtime.Tests.Logs;

public sealed class JsonLogTests
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Write_Line_IsDockersFormat()
    {
        Assert.Equal(
            "{\"log\":\"a \\\"b\\\" \\u003cc\\u003e\\t\\u001b\\u0000 ü\\ufffd\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-02T03:04:05.000000000Z\"}\n",
            Written([(LogStream.Stdout, [.. "a \"b\" <c>\t\x1b\0 ü"u8, 0xff, (byte)'\n'])]));
    }

    [Fact]
    public void Write_PiecesOfTwoStreams_AreWholeLines()
    {
        string log = Written([(LogStream.Stdout, "on"u8.ToArray()), (LogStream.Stderr, "err\n"u8.ToArray()), (LogStream.Stdout, "e\ntwo"u8.ToArray())]);

        Assert.Equal(["err\n", "one\n", "two"], Parsed(log).Select(Text));
    }

    [Theory]
    [InlineData(16 * 1024, 1)]
    [InlineData(16 * 1024 + 1, 2)]
    [InlineData(1_000_000, 62)]
    public void Write_LongLine_IsSplit(int length, int records)
    {
        byte[] line = new byte[length];
        Array.Fill(line, (byte)1);

        List<LogEntry> entries = Parsed(Written([.. line.Chunk(10_000).Select(chunk => (LogStream.Stdout, chunk))]));

        Assert.Equal(records, entries.Count);
        Assert.Equal(length, entries.Sum(entry => entry.Text.Length));
        Assert.All(entries, entry => Assert.InRange(entry.Text.Length, 1, 16 * 1024));
    }

    [Fact]
    public void Read_TailSinceUntil_OnlyThose()
    {
        string log = string.Concat(Enumerable.Range(0, 10).Select(i => Line($"{i}\\n", s_time.AddMinutes(i))));

        Assert.Equal(["8\n", "9\n"], Parsed(log, new LogQuery { Tail = 2 }).Select(Text));
        Assert.Equal(10, Parsed(log, new LogQuery { Tail = 100 }).Count);
        Assert.Empty(Parsed(log, new LogQuery { Tail = 0 }));
        Assert.Equal(["3\n", "4\n"], Parsed(log, new LogQuery { Since = s_time.AddMinutes(3), Until = s_time.AddMinutes(4) }).Select(Text));
    }

    [Fact]
    public void Read_DamagedCutAndEndlessLines_ArePassedOver()
    {
        string log = "garbage\n{\"log\":5}\n" + new string('x', 1_000_000) + "\n" + Line("good\\n", s_time) + "{\"log\":\"cut";

        Assert.Equal(["good\n"], Parsed(log).Select(Text));
    }

    [Fact]
    public void Read_NoFile_IsEmpty() => Assert.Empty(LogReader.Read("/nonexistent/log", new LogQuery()));

    private static string Line(string text, DateTimeOffset time) =>
        $"{{\"log\":\"{text}\",\"stream\":\"stdout\",\"time\":\"{time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffff}00Z\"}}\n";

    private static string Text(LogEntry entry) => Encoding.UTF8.GetString(entry.Text.Span);

    private static string Written(IReadOnlyList<(LogStream Stream, byte[] Bytes)> output)
    {
        using var directory = new TempDirectory();
        using (var writer = new JsonLogWriter(new LogSink(directory.Path("log")), new FixedClock()))
        {
            foreach ((LogStream stream, byte[] bytes) in output)
                writer.Write(stream, bytes);
            writer.Finish();
        }
        return File.ReadAllText(directory.Path("log"));
    }

    private static List<LogEntry> Parsed(string log, LogQuery? query = null)
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory.Path("log"), log);
        return [.. LogReader.Read(directory.Path("log"), query ?? new LogQuery())];
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => s_time;
    }
}
