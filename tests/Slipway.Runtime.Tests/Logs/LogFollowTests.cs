using System.Text;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Logs;
using Slipway.Runtime.Tests.Monitoring;
using Xunit;

namespace Slipway.Runtime.Tests.Logs;

public sealed class LogFollowTests
{
    [Fact]
    public void Read_Follow_GoesOnUntilTheContainerEnds()
    {
        using var monitor = new MonitorHarness("echo one; read go; echo two; read go; printf three", attach: true, stdin: true);
        using IEnumerator<LogEntry> entries = LogReader.Read(monitor.LogPath, new LogQuery { FollowRunDir = monitor.RunDir }).GetEnumerator();

        Assert.Equal("one\n", Next(entries));
        FrameChannel.Send(monitor.Socket, FrameType.Stdin, "go\n"u8);
        Assert.Equal("two\n", Next(entries));
        FrameChannel.Send(monitor.Socket, FrameType.Stdin, "go\n"u8);
        Assert.Equal("three", Next(entries));
        monitor.Owner!.WaitForExit();
        monitor.Owner.TakeOver();
        Assert.False(entries.MoveNext());
    }

    [Fact]
    public void Read_FollowCancelled_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        using var monitor = new MonitorHarness("echo one; read go", attach: true, stdin: true);
        using IEnumerator<LogEntry> entries =
            LogReader.Read(monitor.LogPath, new LogQuery { FollowRunDir = monitor.RunDir }, cancellation.Token).GetEnumerator();
        Assert.Equal("one\n", Next(entries));

        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() => entries.MoveNext());
    }

    private static string Next(IEnumerator<LogEntry> entries)
    {
        Assert.True(entries.MoveNext());
        return Encoding.UTF8.GetString(entries.Current.Text.Span);
    }
}
