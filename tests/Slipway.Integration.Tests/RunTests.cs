using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests;

public sealed class RunTests
{
    [Fact]
    public void Run_Echo_PrintsAndSucceeds()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal("hello", slip.Ok("run", "--rm", "busybox", "echo", "hello"));
        Assert.Equal("", slip.Ok("ps", "-aq"));
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("exit 255", 255)]
    public void Run_ExitCode_IsTheCommands(string script, int code)
    {
        using Slip slip = Slip.WithBusybox();
        // The shell is not pid 1 here: as pid 1 it could not kill itself.
        Assert.Equal(code, slip.Run("run", "--rm", "busybox", "sh", "-c", $"sh -c '{script}'; exit $?").ExitCode);
    }

    [Fact]
    public void Run_MissingImage_Is125()
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result result = slip.Run("run", "--pull", "never", "nothere", "true");
        Assert.Equal(125, result.ExitCode);
        Assert.Contains("No such image: nothere:latest", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_MissingCommand_Is127AndTheContainerOfRmIsGone()
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result result = slip.Run("run", "--rm", "busybox", "nosuchcommand");
        Assert.Equal(127, result.ExitCode);
        Assert.Contains("nosuchcommand", result.Errors, StringComparison.Ordinal);
        Assert.Equal("", slip.Ok("ps", "-aq"));
    }

    [Fact]
    public void Run_NotExecutable_Is126()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal(126, slip.Run("run", "--rm", "busybox", "/etc/passwd").ExitCode);
    }

    [Fact]
    public void Run_UnknownFlag_Is125()
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result result = slip.Run("run", "--nonsense", "busybox", "true");
        Assert.Equal(125, result.ExitCode);
        Assert.Contains("unknown flag: --nonsense", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_FlagsAfterTheImage_BelongToTheCommand()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal("-x --rm", slip.Ok("run", "--rm", "busybox", "echo", "-x", "--rm"));
    }

    [Fact]
    public void Run_EnvironmentUserAndDirectory_AreTheContainers()
    {
        using Slip slip = Slip.WithBusybox();
        string printed = slip.Ok("run", "--rm", "-e", "SHIP=brig", "-u", "boat", "-w", "/tmp", "-h", "harbour", "busybox",
            "sh", "-c", "echo $SHIP; id -u; id -G; pwd; hostname; echo $HOME");
        Assert.Equal(["brig", "1000", "1000 2000", "/tmp", "harbour", "/home/boat"], printed.Split('\n'));
    }

    [Theory]
    [InlineData("1001", "1001")]
    [InlineData("1000:1000", "1000")]
    [InlineData("0", "0")]
    [InlineData("boat:crew", "1000")]
    public void Run_User_IsTakenLiterallyWhenItIsANumber(string user, string uid)
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal(uid, slip.Ok("run", "--rm", "-u", user, "busybox", "id", "-u"));
    }

    [Theory]
    [InlineData("4294967296")]
    [InlineData("4294967295")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    [InlineData("nobodyhere")]
    public void Run_UserThatIsNone_IsRefused(string user)
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal(125, slip.Run("run", "--rm", "--user=" + user, "busybox", "id").ExitCode);
    }

    [Fact]
    public void Run_Stdin_ReachesTheCommand()
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result result = slip.RunWithInput("one\ntwo\n"u8.ToArray(), "run", "--rm", "-i", "busybox", "cat");
        Assert.Equal("one\ntwo\n", result.Output);
    }

    [Fact]
    public void Run_LargeOutput_ArrivesWhole()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal(200_000, slip.Ok("run", "--rm", "busybox", "seq", "200000").Split('\n').Length);
    }

    [Fact]
    public void Run_StderrAndStdout_StayApart()
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result result = slip.Run("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2");
        Assert.Equal(("out\n", "err\n"), (result.Output, result.Errors));
    }

    [Fact]
    public void Run_Namespaces_AreItsOwn()
    {
        using Slip slip = Slip.WithBusybox();
        string[] inside = slip.Ok("run", "--rm", "busybox", "sh", "-c", "for n in mnt pid uts ipc net cgroup; do readlink /proc/self/ns/$n; done").Split('\n');
        string[] outside = [.. new[] { "mnt", "pid", "uts", "ipc", "net", "cgroup" }.Select(n => new FileInfo("/proc/self/ns/" + n).LinkTarget!)];
        Assert.Empty(inside.Intersect(outside));
        Assert.Equal(6, inside.Length);
    }

    [Fact]
    public void Run_DockersMark_IsThereAndNoChangeOfTheContainers()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal("0 0:0 644", slip.Ok("run", "--name", "marked", "busybox", "stat", "-c", "%s %u:%g %a", "/.dockerenv"));
        Assert.Equal("", slip.Ok("diff", "marked"));
        // An image's own, a link that leads elsewhere, is the image's matter.
        slip.Ok("run", "--name", "linked", "busybox", "sh", "-c", "rm /.dockerenv; ln -s /none /.dockerenv");
        slip.Ok("commit", "linked", "linked");
        Assert.Equal("/none", slip.Ok("run", "--rm", "linked", "readlink", "/.dockerenv"));
        Assert.False(File.Exists("/none"));
    }

    [Fact]
    public void Run_HostNetwork_IsTheHosts()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal(new FileInfo("/proc/self/ns/net").LinkTarget, slip.Ok("run", "--rm", "--network", "host", "busybox", "readlink", "/proc/self/ns/net"));
    }

    [Fact]
    public void Run_NoNetwork_HasLoopbackUp()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Contains("UP", slip.Ok("run", "--rm", "busybox", "ip", "link", "show", "lo"), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Capabilities_AreTheDefaultElevenAndNothingInheritable()
    {
        using Slip slip = Slip.WithBusybox();
        string status = slip.Ok("run", "--rm", "busybox", "cat", "/proc/self/status");
        Assert.Contains("CapInh:\t0000000000000000", status, StringComparison.Ordinal);
        Assert.Contains("CapAmb:\t0000000000000000", status, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t00000000800405fb", status, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", status, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_PlainUser_HasNoEffectiveCapabilities()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Contains("CapEff:\t0000000000000000", slip.Ok("run", "--rm", "-u", "1000", "busybox", "cat", "/proc/self/status"), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Descriptors_AreThreeAndThatOfTheListing()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal(["0", "1", "2", "3"], slip.Ok("run", "--rm", "busybox", "ls", "/proc/self/fd").Split('\n'));
    }

    [Theory]
    [InlineData("/proc/self/fd/3")]
    [InlineData("/proc/self/fd/7")]
    [InlineData("/proc/self/fd/12")]
    public void Run_WorkingDirectoryThroughADescriptor_StaysInside(string directory)
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result result = slip.Run("run", "--rm", "-w", directory, "busybox", "sh", "-c", "cat ../../../../../../etc/hostname; pwd");
        Assert.DoesNotContain(File.ReadAllText("/etc/hostname").Trim(), result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_MaskedPaths_ReadEmpty()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal("0", slip.Ok("run", "--rm", "busybox", "sh", "-c", "cat /proc/kcore /proc/keys /proc/timer_list 2>/dev/null | wc -c"));
    }

    [Fact]
    public void Run_ReadOnly_RefusesWrites()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Contains("Read-only file system", slip.Run("run", "--rm", "--read-only", "busybox", "touch", "/x").Errors, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", slip.Run("run", "--rm", "--read-only", "busybox", "touch", "/etc/hosts").Errors, StringComparison.Ordinal);
        slip.Ok("run", "--rm", "busybox", "touch", "/etc/hosts");
    }

    [Fact]
    public void Run_MemoryLimit_KillsAndIsReported()
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result result = slip.Run("run", "--name", "hog", "-m", "16m", "busybox", "sh", "-c", "x=$(yes | head -c 100000000); echo survived");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal("true", slip.Ok("inspect", "-f", "{{.State.OOMKilled}}", "hog"));
    }

    [Fact]
    public void Run_PidsLimit_Holds()
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result result = slip.Run("run", "--rm", "--pids-limit", "5", "busybox", "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait");
        Assert.Contains("fork", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NameTaken_IsConflict()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "one", "busybox", "true");
        Slip.Result result = slip.Run("run", "--name", "one", "busybox", "true");
        Assert.Equal(125, result.ExitCode);
        Assert.Contains("is already in use by container", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SameNameTwiceAtOnce_OneWins()
    {
        using Slip slip = Slip.WithBusybox();
        Process[] both = [slip.Start("run", "-d", "--name", "twin", "busybox", "sleep", "60"), slip.Start("run", "-d", "--name", "twin", "busybox", "sleep", "60")];
        foreach (Process process in both)
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal([0, 125], both.Select(p => p.ExitCode).Order());
        Assert.Single(slip.Ok("ps", "-q").Split('\n'));
    }

    [Fact]
    public void Run_Terminal_IsOne()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Contains("/dev/", slip.Ok("run", "--rm", "-t", "busybox", "tty"), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithoutTheRightToMount_SaysWhatIsMissingAndImagesStillWork()
    {
        string setpriv = Needs.Program("setpriv");
        using Slip slip = Slip.WithBusybox();
        Slip.Result Unprivileged(params string[] args)
        {
            var start = new ProcessStartInfo(setpriv, ["--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin", Slip.Executable, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["SLIPWAY_DATA"] = slip.DataRoot;
            start.Environment["SLIPWAY_RUN"] = slip.RunRoot;
            using Process process = Process.Start(start)!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return new(process.ExitCode, process.StandardOutput.ReadToEnd(), errors);
        }

        Slip.Result run = Unprivileged("run", "--rm", "busybox", "true");
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("containers can't run: this process lacks CAP_SYS_ADMIN", run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, Unprivileged("import", BusyboxTar.Path, "again").ExitCode);
        Assert.Equal(0, Unprivileged("images").ExitCode);
    }
}
