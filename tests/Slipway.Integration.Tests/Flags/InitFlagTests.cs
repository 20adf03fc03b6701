using Slipway.Integration.Tests.Terminals;
using Xunit;

namespace Slipway.Integration.Tests.Flags;

/// <summary><c>--init</c>, seen from inside the container.</summary>
public sealed class InitFlagTests
{
    [Fact]
    public void Run_Init_IsTheFirstProcessAndTheProgramItsChild()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal("slip-init\n1 0 2 2", slip.Ok("run", "--rm", "--init", "busybox", "sh", "-c", "cat /proc/1/comm; echo $(awk '{print $1, $4}' /proc/1/stat) $(awk '{print $1, $5}' /proc/$$/stat)"));
        Assert.Equal("sh", slip.Ok("run", "--rm", "busybox", "sh", "-c", "cat /proc/1/comm; true"));
        Assert.Equal("sh", slip.Ok("run", "--rm", "--init=false", "busybox", "sh", "-c", "cat /proc/1/comm; true"));
    }

    [Fact]
    public void Run_Init_IsNoFileThatCanBeReachedAndHoldsLittle()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.StartsWith("/memfd:slip-init", slip.Ok("run", "--rm", "--init", "busybox", "readlink", "/proc/1/exe"), StringComparison.Ordinal);
        // Sealed: the host's memory isn't changed through it even by root.
        Assert.Equal("no", slip.Ok("run", "--rm", "--init", "--privileged", "busybox", "sh", "-c", "(echo x >>/proc/1/exe) 2>/dev/null && echo written || echo no"));
        int kilobytes = int.Parse(slip.Ok("run", "--rm", "--init", "busybox", "awk", "/VmRSS/ {print $2}", "/proc/1/status"));
        Assert.InRange(kilobytes, 1, 100);
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("kill -15 $$", 143)]
    [InlineData("true", 0)]
    public void Run_Init_EndsAsItsProgram(string command, int code)
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal(code, slip.Run("run", "--rm", "--init", "busybox", "sh", "-c", command).ExitCode);
    }

    [Fact]
    public void Run_InitWithoutTheProgram_IsToldAsWithoutInit()
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result missing = slip.Run("run", "--rm", "--init", "busybox", "nosuch");
        Assert.Equal(127, missing.ExitCode);
        Assert.Contains("executable file not found in $PATH", missing.Errors, StringComparison.Ordinal);
        Assert.Equal(126, slip.Run("run", "--rm", "--init", "busybox", "/etc/passwd").ExitCode);
        Assert.Equal("", slip.Ok("ps", "-aq"));
    }

    [Fact]
    public void Run_Init_ReapsOrphans()
    {
        using Slip slip = Slip.WithBusybox();
        const string Orphans = "for i in $(seq 5); do (sleep 0.05 & ); done; exec sleep 1000";
        slip.Ok("run", "-d", "--name", "without", "busybox", "sh", "-c", Orphans);
        slip.Ok("run", "-d", "--name", "with", "--init", "busybox", "sh", "-c", Orphans);
        string[] States(string name) => [.. slip.Ok("exec", name, "sh", "-c", "cat /proc/[0-9]*/stat 2>/dev/null; true").Split('\n').Where(s => s.Contains("(sleep)", StringComparison.Ordinal)).Select(s => s.Split(' ')[2])];
        // Nobody waits for them but the first process, and sleep doesn't.
        Waiting.Until(() => States("without").Count(state => state == "Z") == 5);
        Waiting.Until(() => States("with").Length == 1);
        Assert.Equal(["S"], States("with"));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("INT")]
    [InlineData("QUIT")]
    [InlineData("USR1")]
    [InlineData("USR2")]
    [InlineData("WINCH")]
    public void Kill_Init_HandsTheSignalOn(string signal)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "ship", "--init", "busybox", "sh", "-c", $"trap 'echo got {signal}; exit 5' {signal}; echo ready; while :; do sleep 0.05; done");
        Waiting.Until(() => slip.Ok("logs", "ship") == "ready");
        slip.Ok("kill", "-s", signal, "ship");
        Assert.Equal("5", slip.Ok("wait", "ship"));
        Assert.Equal($"ready\ngot {signal}", slip.Ok("logs", "ship"));
    }

    [Fact]
    public void Stop_InitOfAProgramWithoutHandlers_EndsAtOnce()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "ship", "--init", "--stop-timeout", "30", "busybox", "sleep", "1000");
        Assert.Equal("true", slip.Ok("inspect", "-f", "{{.HostConfig.Init}}", "ship"));
        // As the first process it would not have heard of SIGTERM, and been killed after the half minute.
        slip.Ok("stop", "ship");
        Assert.Equal("143", slip.Ok("inspect", "-f", "{{.State.ExitCode}}", "ship"));
        slip.Ok("start", "ship");
        Assert.Equal("slip-init", slip.Ok("exec", "ship", "cat", "/proc/1/comm"));
    }

    [Fact]
    public void Run_InitAtATerminal_TheProgramIsInTheForeground()
    {
        using Slip slip = Slip.WithBusybox();
        using var session = new TerminalSession(slip, 24, 80, "run", "-it", "--rm", "--init", "busybox", "sh", "-c", "trap 'echo cau''ght; exit 9' INT; tty; echo rea''dy; while :; do sleep 0.05; done");
        session.Expect("/dev/");
        session.Expect("ready");
        session.Type("\x03");
        session.Expect("caught");
        Assert.Equal(9, session.ExitCode());
    }

    [Fact]
    public void Run_InitOfAUserWithoutRights_Works()
    {
        using Slip slip = Slip.WithBusybox();
        string[] run = ["run", "--rm", "--init", "--user", "1000:1000", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--read-only", "--network", "none", "busybox"];
        const string OfInit = "awk '/^(Uid|Gid|CapEff|NoNewPrivs|Seccomp):/ {print $2}' /proc/1/status";
        Assert.Equal("1000 1000 0000000000000000 1 2", slip.Ok([.. run, "sh", "-c", $"echo $({OfInit})"]));
        Assert.Equal(3, slip.Run([.. run, "sh", "-c", "exit 3"]).ExitCode);
    }

    [Fact]
    public void Run_InitInTheHostsPidNamespace_ReapsToo()
    {
        using Slip slip = Slip.WithBusybox();
        const string Orphan = "sh -c 'sleep 0.2 & echo $!' >/tmp/pid; awk '{print $4}' /proc/$(cat /tmp/pid)/stat; awk '{print $4}' /proc/$$/stat";
        string[] parents = slip.Ok("run", "--rm", "--init", "--pid", "host", "busybox", "sh", "-c", Orphan).Split('\n');
        Assert.Equal(parents[1], parents[0]);
    }

    [Fact]
    public void Run_InitUnderAFilterThatForbidsItsWait_StillEndsAsItsProgram()
    {
        using Slip slip = Slip.WithBusybox();
        string profile = slip.Write("no-wait.json", """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["rt_sigtimedwait"],"action":"SCMP_ACT_ERRNO"}]}""");
        Assert.Equal(6, slip.Run("run", "--rm", "--init", "--security-opt", "seccomp=" + profile, "busybox", "sh", "-c", "sleep 0.2; exit 6").ExitCode);
    }

    [Fact]
    public void Run_InitInAnImageOfOneFile_NeedsNothingOfIt()
    {
        using Slip slip = Slip.WithBusybox();
        string directory = Directory.CreateDirectory(Path.Combine(slip.Scratch, "one")).FullName;
        File.Copy(BusyboxTar.Busybox, Path.Combine(directory, "sleep"));
        string archive = Path.Combine(slip.Scratch, "one.tar");
        System.Formats.Tar.TarFile.CreateFromDirectory(directory, archive, includeBaseDirectory: false);
        slip.Ok("import", archive, "one");
        slip.Ok("run", "-d", "--name", "ship", "--init", "one", "/sleep", "1000");
        slip.Ok("stop", "ship");
        Assert.Equal("143", slip.Ok("inspect", "-f", "{{.State.ExitCode}}", "ship"));
    }
}
