using System.Globalization;
using System.Text;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Linux.Sockets;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Logs;
using Slipway.Runtime.State;
using Xunit;

namespace Slipway.Runtime.Tests.Monitoring;

public sealed class ContainerMonitorTests
{
    private static readonly string[] s_noSuchCommand = ["/nonexistent/command"];

    [Fact]
    public void Run_ProcessEnds_LogExitRecordAndNothingElse()
    {
        using var monitor = new MonitorHarness("echo out; echo err >&2; exit 7");

        Assert.Null(monitor.Ended());
        Assert.Equal("out\n", monitor.Log(LogStream.Stdout));
        Assert.Equal("err\n", monitor.Log(LogStream.Stderr));
        Assert.Equal(7, monitor.Exit!.ExitCode);
        Assert.True(monitor.Exit.FinishedAt >= monitor.Exit.StartedAt);
        Assert.Empty(Directory.GetFiles(monitor.RunDir));
    }

    [Fact]
    public void Run_ProcessKilled_CodeIs128AndSignal()
    {
        using var monitor = new MonitorHarness("kill -9 $$");

        Assert.Null(monitor.Ended());
        Assert.Equal(137, monitor.Exit!.ExitCode);
    }

    [Fact]
    public void Run_OwnerAttached_GetsEveryByteThenTheCode()
    {
        using var monitor = new MonitorHarness("head -c 3000000 /dev/zero | tr '\\0' x; printf end; exit 3", attach: true);
        long count = 0;

        AttachResult result = monitor.Owner!.Pump(new PumpOptions { Output = (_, bytes) => count += bytes.Length });
        monitor.Owner.TakeOver();

        Assert.Equal(new AttachResult(AttachEnd.Exited, 3), result);
        Assert.Equal(3_000_003, count);
        Assert.Null(monitor.Ended());
        Assert.Equal(3_000_003, monitor.Log(LogStream.Stdout).Length);
    }

    [Fact]
    public void Run_ClientClosesInput_ProcessSeesItsEnd()
    {
        using var monitor = new MonitorHarness("cat; exit 5", attach: true, stdin: true);
        var output = new StringBuilder();
        FrameChannel.Send(monitor.Socket, FrameType.Stdin, "hello "u8);
        FrameChannel.Send(monitor.Socket, FrameType.Stdin, "there"u8);
        FrameChannel.Send(monitor.Socket, FrameType.CloseStdin, []);

        AttachResult result = monitor.Owner!.Pump(new PumpOptions { Output = (_, bytes) => output.Append(Encoding.UTF8.GetString(bytes.Span)) });
        monitor.Owner.TakeOver();

        Assert.Equal(new AttachResult(AttachEnd.Exited, 5), result);
        Assert.Equal("hello there", output.ToString());
    }

    [Fact]
    public void Run_OwnerTakesOver_ExitCommandIsNotRun()
    {
        using var monitor = new MonitorHarness("true", attach: true, exitCommand: _ => s_noSuchCommand);

        Assert.Equal(AttachEnd.Exited, monitor.Owner!.WaitForExit().End);
        monitor.Owner.TakeOver();

        // Running it would have failed.
        Assert.Null(monitor.Ended());
    }

    [Fact]
    public void Run_OwnerGoesAwayWithoutTakingOver_ExitCommandIsRun()
    {
        using var monitor = new MonitorHarness("true", attach: true, exitCommand: _ => s_noSuchCommand);

        monitor.Owner!.WaitForExit();
        monitor.Owner.Dispose();

        Assert.Equal(Errno.ENOENT, Assert.IsType<LinuxException>(monitor.Ended()).Errno);
        Assert.Equal(0, monitor.Exit!.ExitCode);
    }

    [Fact]
    public void Run_OwnerDoesNotAnswer_StateIsGoneAndTheRecordThere()
    {
        using var monitor = new MonitorHarness("exit 8", attach: true);

        monitor.Owner!.WaitForExit();

        Assert.Null(ContainerProbe.ReadState(monitor.RunDir));
        Assert.Equal(8, monitor.Exit!.ExitCode);
        monitor.Owner.TakeOver();
    }

    [Fact]
    public void Run_Detached_ExitCommandRunsAfterTheRecordIsThere()
    {
        using var fifos = new TempDirectory();
        string fifo = fifos.Path("fifo");
        WaitFor(Spawn.Start("/usr/bin/mkfifo", ["mkfifo", fifo], [], [], newSession: false));
        using var monitor = new MonitorHarness("exit 9", exitCommand: directory => ["/bin/sh", "-c", $"cat {directory.Path("exit.json")} > {fifo}"]);

        Assert.Contains("\"exitCode\":9", File.ReadAllText(fifo), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_GrandchildKeepsThePipe_EndsAllTheSame()
    {
        using var monitor = new MonitorHarness("sleep 1000 & echo $!");

        Assert.Null(monitor.Ended());
        using SafeFd sleeper = PidFd.TryOpen(int.Parse(monitor.Log(LogStream.Stdout), CultureInfo.InvariantCulture))!;
        PidFd.Signal(sleeper, 9);
        Assert.Equal(0, monitor.Exit!.ExitCode);
    }

    [Fact]
    public void Run_ClientNeverReads_IsDroppedAndTheProcessGoesOn()
    {
        using var monitor = new MonitorHarness("read go; head -c 8000000 /dev/zero; exit 4", attach: true, stdin: true);
        using SafeFd lazy = SocketAddress.Connect(monitor.RunDir, RunFiles.SocketName);
        FrameChannel.Send(lazy, FrameType.Stdin, "go\n"u8);

        AttachResult result = monitor.Owner!.WaitForExit();
        monitor.Owner.TakeOver();

        Assert.Equal(new AttachResult(AttachEnd.Exited, 4), result);
        Assert.Null(monitor.Ended());
    }

    [Fact]
    public void Run_ClientSendsNonsense_OnlyThatClientIsDropped()
    {
        using var monitor = new MonitorHarness("read go; exit 6", attach: true, stdin: true);
        using SafeFd hostile = SocketAddress.Connect(monitor.RunDir, RunFiles.SocketName);
        FrameChannel.Send(hostile, FrameType.Started, new byte[100]);
        Assert.Null(FrameChannel.ReceiveHeader(hostile));
        // Nor does its end close the process's input, of which it had sent nothing.
        FrameChannel.Send(monitor.Socket, FrameType.Stdin, "go\n"u8);

        Assert.Equal(new AttachResult(AttachEnd.Exited, 6), monitor.Owner!.WaitForExit());
        monitor.Owner.TakeOver();
    }

    [Fact]
    public void Connect_LaterClient_GetsOutputAndCode()
    {
        using var monitor = new MonitorHarness("read word; echo got $word; exit 2", attach: true, stdin: true);
        using AttachStream later = AttachStream.Connect(monitor.RunDir);
        var output = new StringBuilder();
        FrameChannel.Send(monitor.Socket, FrameType.Stdin, "it\n"u8);

        Assert.Equal(new AttachResult(AttachEnd.Exited, 2), monitor.Owner!.WaitForExit());
        AttachResult result = later.Pump(new PumpOptions { Output = (_, bytes) => output.Append(Encoding.UTF8.GetString(bytes.Span)) });
        monitor.Owner.TakeOver();

        Assert.Equal(new AttachResult(AttachEnd.Exited, 2), result);
        Assert.Equal("got it\n", output.ToString());
    }

    [Fact]
    public void Connect_NothingRuns_Conflict()
    {
        using var directory = new TempDirectory();

        Assert.Equal(Oci.ErrorKind.Conflict, Assert.Throws<Oci.SlipwayException>(() => AttachStream.Connect(directory.Root)).Kind);
    }

    [Fact]
    public void ReadState_WhileItRuns_NamesProcessAndMonitor()
    {
        using var monitor = new MonitorHarness("read go", attach: true, stdin: true);

        ContainerState state = ContainerProbe.ReadState(monitor.RunDir)!;

        Assert.True(ContainerProbe.IsAlive(state));
        Assert.True(ContainerProbe.IsMonitorAlive(state));
        Assert.False(ContainerProbe.IsAlive(state with { PidStartTime = state.PidStartTime + 1 }));
        Assert.True(ContainerProbe.Signal(state, 15));
        Assert.Equal(new AttachResult(AttachEnd.Exited, 143), monitor.Owner!.WaitForExit());
        Assert.False(ContainerProbe.Signal(state, 15));
        monitor.Owner.TakeOver();
    }

    private static void WaitFor(int child)
    {
        using SafeFd process = PidFd.TryOpen(child)!;
        Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], Timeout.Infinite);
        Assert.Equal(0, PidFd.TryReap(process)!.Value.ExitCode);
    }
}
