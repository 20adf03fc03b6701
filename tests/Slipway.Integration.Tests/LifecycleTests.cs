using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests;

public sealed class LifecycleTests
{
    [Fact]
    public void Restart_KeepsTheWritableLayer_FreshRunStartsEmpty()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "c-a", "busybox", "sh", "-c", "test -e /kept || echo first > /kept; sleep 1000");
        slip.Ok("exec", "c-a", "sh", "-c", "echo second >> /kept");
        slip.Ok("restart", "-t", "0", "c-a");
        Assert.Equal("first\nsecond", slip.Ok("exec", "c-a", "cat", "/kept"));
        slip.Ok("rm", "-f", "c-a");
        Assert.Equal("1", slip.Ok("run", "--rm", "busybox", "sh", "-c", "test -e /kept; echo $?"));
    }

    // The overlay of such a container leaves a mark that forbids a second mount.
    [Fact]
    public void Start_OfOneThatRemovesItselfAfterAFailedStart_Runs()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--rm", "--name", "c-b", "-v", slip.Scratch + ":/d", "busybox", "/d/late");
        Assert.Equal(127, slip.Run("start", "-a", "c-b").ExitCode);
        slip.Ok("cp", slip.Write("note", "kept"), "c-b:/note");
        File.SetUnixFileMode(slip.Write("late", "#!/bin/sh\ncat /note\n"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal("kept", slip.Ok("start", "-a", "c-b"));
        Assert.Equal("", slip.Ok("ps", "-aq"));
    }

    [Fact]
    public void Stop_TermIsHandled_ExitsWithItsCode()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "polite", "busybox", "sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.05; done");
        slip.Ok("stop", "-t", "20", "polite");
        Assert.Equal("7", slip.Ok("inspect", "-f", "{{.State.ExitCode}}", "polite"));
    }

    [Fact]
    public void Stop_TermIsIgnored_IsKilledAfterTheTimeout()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "deaf", "busybox", "sleep", "1000");
        slip.Ok("stop", "-t", "0", "deaf");
        Assert.Equal("137", slip.Ok("inspect", "-f", "{{.State.ExitCode}}", "deaf"));
    }

    [Fact]
    public void Wait_GivesTheExitCode()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "c-w", "busybox", "sh", "-c", "sleep 0.2; exit 5");
        Assert.Equal("5", slip.Ok("wait", "c-w"));
    }

    [Fact]
    public void Wait_OnAContainerThatRemovesItself_GivesItsCode()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--rm", "--name", "c-w", "busybox", "sh", "-c", "sleep 0.3; exit 6");
        Assert.Equal("6", slip.Ok("wait", "c-w"));
    }

    [Fact]
    public void Rm_Running_NeedsForce()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "c-r", "busybox", "sleep", "1000");
        Slip.Result refused = slip.Run("rm", "c-r");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("container is running", refused.Errors, StringComparison.Ordinal);
        slip.Ok("rm", "-f", "--purge", "c-r");
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "containers")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "work")));
    }

    [Fact]
    public void Logs_HoldBothStreams_AlsoAfterTheEnd()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run("run", "--name", "c-l", "busybox", "sh", "-c", "echo out; echo err >&2; printf unfinished");
        Slip.Result logs = slip.Run("logs", "c-l");
        Assert.Equal(("out\nunfinished", "err\n"), (logs.Output, logs.Errors));
        Assert.Equal("unfinished", slip.Run("logs", "-n", "1", "c-l").Output);
    }

    [Fact]
    public void Logs_Follow_EndsWithTheContainer()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "c-f", "busybox", "sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.1; done");
        Assert.Equal("1\n2\n3", slip.Ok("logs", "-f", "c-f"));
    }

    [Fact]
    public void Exec_CodesAndUser()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "c-e", "-e", "A=1", "busybox", "sleep", "1000");
        Assert.Equal("1", slip.Ok("exec", "c-e", "sh", "-c", "echo $A"));
        Assert.Equal("1000", slip.Ok("exec", "-u", "boat", "c-e", "id", "-u"));
        Assert.Equal(9, slip.Run("exec", "c-e", "sh", "-c", "exit 9").ExitCode);
        Assert.Equal(127, slip.Run("exec", "c-e", "nosuch").ExitCode);
        Assert.Equal(126, slip.Run("exec", "c-e", "/etc/passwd").ExitCode);
        Assert.Equal("in", slip.RunWithInput("in"u8.ToArray(), "exec", "-i", "c-e", "cat").Output);
        string status = slip.Ok("exec", "c-e", "cat", "/proc/self/status");
        Assert.Contains("CapInh:\t0000000000000000", status, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", status, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t00000000800405fb", status, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t0000000000000000", slip.Ok("exec", "-u", "boat", "c-e", "cat", "/proc/self/status"), StringComparison.Ordinal);
        slip.Ok("stop", "-t", "0", "c-e");
        Assert.Contains("is not running", slip.Run("exec", "c-e", "true").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Exec_AsRootInAPlainUsersContainer_HasTheDefaultCapabilities()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "plain", "-u", "boat", "busybox", "sleep", "1000");
        Assert.Contains("CapEff:\t0000000000000000", slip.Ok("exec", "plain", "cat", "/proc/self/status"), StringComparison.Ordinal);
        Assert.Contains("CapEff:\t00000000800405fb", slip.Ok("exec", "-u", "0", "plain", "cat", "/proc/self/status"), StringComparison.Ordinal);
    }

    [Fact]
    public void KillOfTheMonitor_IsPutRightByTheNextCommand()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "c-m", "busybox", "sleep", "1000");
        int pid = int.Parse(slip.Ok("inspect", "-f", "{{.State.Pid}}", "c-m"));
        int monitor = int.Parse(File.ReadAllText($"/proc/{pid}/stat").Split(' ')[3]);
        using Process victim = Process.GetProcessById(monitor);
        victim.Kill();
        victim.WaitForExit();
        Assert.Equal("exited 137", slip.Ok("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "c-m"));
        slip.Ok("start", "c-m");
        Assert.Equal("running", slip.Ok("inspect", "-f", "{{.State.Status}}", "c-m"));
    }

    [Fact]
    public void KillOfSlip_LeavesTheContainerAndRmIsKept()
    {
        using Slip slip = Slip.WithBusybox();
        using Process run = slip.Start("run", "--rm", "--name", "orphan", "busybox", "sh", "-c", "echo up; sleep 1000");
        Assert.Equal("up", run.StandardOutput.ReadLine());
        run.Kill();
        run.WaitForExit();
        Assert.Equal("running", slip.Ok("inspect", "-f", "{{.State.Status}}", "orphan"));
        slip.Ok("kill", "orphan");
        Assert.Equal("", slip.Ok("ps", "-aq"));
    }

    [Fact]
    public void Diff_AddedChangedDeleted()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run("run", "--name", "c-d", "busybox", "sh", "-c", "echo x > /etc/new; rm /etc/group; echo y >> /etc/passwd");
        Assert.Equal("C /etc\nD /etc/group\nA /etc/new\nC /etc/passwd", slip.Ok("diff", "c-d"));
    }

    [Fact]
    public void Commit_MakesAnImageWithoutTheVolume()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run("run", "--name", "c-c", "-v", "data:/data", "busybox", "sh", "-c", "echo layer > /layer; echo volume > /data/file");
        slip.Ok("commit", "-m", "by hand", "c-c", "committed");
        Assert.Equal("layer\n0", slip.Ok("run", "--rm", "committed", "sh", "-c", "cat /layer; ls /data | wc -l"));
        Assert.Equal("layer", slip.Ok("run", "--rm", "committed", "cat", "/layer"));
    }

    [Fact]
    public void PsSize_IsExactAndAnUntouchedContainerAddsNothing()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run("run", "--name", "empty", "busybox", "true");
        slip.Run("run", "--name", "full", "busybox", "dd", "if=/dev/zero", "of=/file", "bs=1000", "count=100");
        Assert.Equal("0", slip.Ok("inspect", "-s", "-f", "{{.SizeRw}}", "empty"));
        Assert.Equal("102400", slip.Ok("inspect", "-s", "-f", "{{.SizeRw}}", "full"));
    }

    [Fact]
    public void KillOfSlip_AtAnyMoment_LeavesNothingThatRmDoesNotTake()
    {
        using Slip slip = Slip.WithBusybox();
        for (int i = 0; i < 24; i++)
        {
            using Process run = slip.Start("run", "-d", "--name", $"victim-{i}", "-v", "/data", "busybox", "sleep", "1000");
            // Up to twice what a run takes, so that the kill falls into every part of it.
            run.WaitForExit(TimeSpan.FromMilliseconds(2 * i));
            run.Kill();
            run.WaitForExit();
        }
        string[] all = slip.Ok("ps", "-aq").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(all);
        foreach (string id in all)
            Assert.Contains(slip.Ok("inspect", "-f", "{{.State.Status}}", id), (string[])["created", "running"]);
        slip.Ok(["rm", "-f", "-v", "--purge", .. all]);
        Assert.Equal("", slip.Ok("ps", "-aq"));
        Assert.Equal("", slip.Ok("volume", "ls", "-q"));
        foreach (string place in (string[])["containers", "work", "logs", "exits", "trash", "removing"])
            Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, place)));
        // Nothing pins the image's layers any more.
        slip.Ok("rmi", "busybox");
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "layers")));
    }
}
