using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests.Terminals;

public sealed class TerminalTests
{
    private const string CtrlC = "\x03", DetachKeys = "\x10\x11";

    [Fact]
    public void RunInteractive_SizeResizeEchoAndExitCode()
    {
        using Slip slip = Slip.WithBusybox();
        using var session = new TerminalSession(slip, 33, 111, "run", "-it", "--rm", "busybox", "sh");
        session.Type("stty size; echo go''ne\n");
        session.Expect("33 111");
        session.Expect("gone");
        session.Type("trap 'stty size' WINCH; echo rea''dy\n");
        session.Expect("ready");
        session.Resize(44, 122);
        // The trap runs when the shell comes back to its prompt.
        session.Type("sleep 0.1; echo; stty size\n");
        session.Expect("44 122");
        session.Type("exit 7\n");
        Assert.Equal(7, session.ExitCode());
        Assert.Equal("", slip.Ok("ps", "-aq"));
    }

    [Fact]
    public void RunInteractive_CtrlC_IsTheContainersAndSlipStays()
    {
        using Slip slip = Slip.WithBusybox();
        using var session = new TerminalSession(slip, 24, 80, "run", "-it", "--rm", "busybox", "sh", "-c", "trap 'echo cau''ght; exit 9' INT; echo rea''dy; while :; do sleep 0.05; done");
        session.Expect("ready");
        session.Type(CtrlC);
        session.Expect("caught");
        Assert.Equal(9, session.ExitCode());
    }

    [Fact]
    public void RunInteractive_DetachKeys_LeaveItRunningAndStartAttachesAgain()
    {
        using Slip slip = Slip.WithBusybox();
        using (var first = new TerminalSession(slip, 24, 80, "run", "-it", "--name", "ship", "busybox", "sh"))
        {
            first.Type("echo rea''dy\n");
            first.Expect("ready");
            first.Type(DetachKeys);
            Assert.Equal(0, first.ExitCode());
        }
        Assert.Equal("running", slip.Ok("inspect", "-f", "{{.State.Status}}", "ship"));
        slip.Ok("stop", "-t", "0", "ship");
        using var again = new TerminalSession(slip, 24, 80, "start", "-ai", "ship");
        again.Type("echo ba''ck; exit 4\n");
        again.Expect("back");
        Assert.Equal(4, again.ExitCode());
    }

    [Fact]
    public void ExecInteractive_SizeAndExitCode()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "ship", "busybox", "sleep", "1000");
        using var session = new TerminalSession(slip, 20, 70, "exec", "-it", "ship", "sh");
        session.Type("tty; stty size\n");
        session.Expect("/dev/");
        session.Expect("20 70");
        session.Resize(25, 75);
        session.Type("sleep 0.1; stty size\n");
        session.Expect("25 75");
        session.Type("exit 6\n");
        Assert.Equal(6, session.ExitCode());
    }

    [Fact]
    public void RunWithInput_EndOfInput_ReachesTheProcess()
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result counted = slip.RunWithInput(new byte[300_000], "run", "--rm", "-i", "busybox", "sh", "-c", "wc -c; echo ended");
        Assert.Equal("300000\nended\n", counted.Output);
        // Without -i nothing arrives, and the process sees the end at once.
        Assert.Equal("0\n", slip.RunWithInput("lost"u8.ToArray(), "run", "--rm", "busybox", "wc", "-c").Output);
    }

    [Fact]
    public void Run_ConsumerThatStopsReading_TheContainerWaitsAndMemoryStaysFlat()
    {
        using Slip slip = Slip.WithBusybox();
        const long Whole = 256L << 20;
        using Process run = slip.Start("run", "--name", "flood", "busybox", "sh", "-c", $"head -c {Whole} /dev/zero");
        Stream output = run.StandardOutput.BaseStream;
        var buffer = new byte[1 << 20];
        long read = output.ReadAtLeast(buffer, buffer.Length);
        int pid = int.Parse(slip.Ok("inspect", "-f", "{{.State.Pid}}", "flood"));
        int monitor = int.Parse(File.ReadAllText($"/proc/{pid}/stat").Split(' ')[3]);
        WaitUntilStill($"/proc/{monitor}/io");
        Assert.Equal("running", slip.Ok("inspect", "-f", "{{.State.Status}}", "flood"));
        Assert.InRange(PeakKilobytes(monitor), 1, 32 * 1024);
        Assert.InRange(PeakKilobytes(run.Id), 1, 64 * 1024);
        for (int count; (count = output.Read(buffer)) > 0;)
            read += count;
        run.WaitForExit();
        Assert.Equal((Whole, 0), (read, run.ExitCode));
    }

    [Fact]
    public void Run_ManyBytesWithoutALine_LogSplitsThemAndKeepsAll()
    {
        using Slip slip = Slip.WithBusybox();
        const int Whole = 64 << 20;
        slip.Ok("run", "-d", "--name", "flood", "--log-opt", "max-size=-1", "busybox", "sh", "-c", $"head -c {Whole} /dev/zero");
        slip.Ok("wait", "flood");
        using Process logs = slip.Start("logs", "flood");
        long read = 0;
        var buffer = new byte[1 << 20];
        for (int count; (count = logs.StandardOutput.BaseStream.Read(buffer)) > 0;)
            read += count;
        logs.WaitForExit();
        Assert.Equal(Whole, read);
    }

    // The monitor has come to a standstill when its count of bytes does not move any more.
    private static void WaitUntilStill(string io)
    {
        string last = "";
        for (string now = File.ReadAllText(io); now != last; now = File.ReadAllText(io))
        {
            last = now;
            Task.Delay(200).Wait();
        }
    }

    private static long PeakKilobytes(int pid) => long.Parse(
        File.ReadLines($"/proc/{pid}/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Ps_NarrowTerminal_KeepsARowOnALine()
    {
        using Slip slip = Slip.WithBusybox();
        string name = "ship-of-a-name-that-is-longer-than-any-terminal-of-this-test-is-wide";
        slip.Ok("create", "--name", name, "busybox", "true");
        using (var narrow = new TerminalSession(slip, 24, 90, "ps", "-a"))
        {
            Assert.Equal(0, narrow.ExitCode());
            Assert.All(narrow.Rest.Split('\n'), line => Assert.InRange(line.TrimEnd('\r').Length, 0, 90));
            Assert.Contains("ship-of", narrow.Rest, StringComparison.Ordinal);
            Assert.DoesNotContain(name, narrow.Rest, StringComparison.Ordinal);
        }
        using var whole = new TerminalSession(slip, 24, 90, "ps", "-a", "--no-trunc");
        Assert.Equal(0, whole.ExitCode());
        Assert.Contains(name, whole.Rest, StringComparison.Ordinal);
        Assert.Contains(name, slip.Ok("ps", "-a"), StringComparison.Ordinal);
    }
}
