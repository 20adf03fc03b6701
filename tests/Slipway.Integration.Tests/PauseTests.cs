using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests;

public sealed class PauseTests
{
    private const string Counting = "while :; do echo x >> /count; done";

    [Fact]
    public void Pause_RunningContainer_StandsStillUntilUnpause()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "box", "--network", "none", "busybox", "sh", "-c", Counting);
        Assert.Equal("box", slip.Ok("pause", "box"));
        Assert.Equal("paused true true", slip.Ok("inspect", "-f", "{{.State.Status}} {{.State.Paused}} {{.State.Running}}", "box"));
        Assert.Contains("(Paused)", slip.Ok("ps"), StringComparison.Ordinal);
        long size = CountSize(slip);
        Assert.Contains("is paused, unpause the container before exec", slip.Run("exec", "box", "true").Errors, StringComparison.Ordinal);
        Assert.Contains("is already paused", slip.Run("pause", "box").Errors, StringComparison.Ordinal);
        Assert.Contains("cannot start a paused container", slip.Run("start", "box").Errors, StringComparison.Ordinal);
        Assert.Equal(size, CountSize(slip));
        slip.Ok("unpause", "box");
        Assert.Equal("running false", slip.Ok("inspect", "-f", "{{.State.Status}} {{.State.Paused}}", "box"));
        Assert.Contains("is not paused", slip.Run("unpause", "box").Errors, StringComparison.Ordinal);
        slip.Ok("exec", "box", "sh", "-c", $"until [ $(wc -c < /count) -gt {size} ]; do :; done");
    }

    [Fact]
    public void StopAndRemove_PausedContainer_EndIt()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "box", "--network", "none", "busybox", "sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.01; done");
        slip.Ok("pause", "box");
        slip.Ok("stop", "box");
        Assert.Equal("exited 7", slip.Ok("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "box"));
        slip.Ok("start", "box");
        slip.Ok("pause", "box");
        slip.Ok("rm", "-f", "box");
        Assert.Equal("", slip.Ok("ps", "-aq"));
    }

    [Fact]
    public void Commit_RunningContainer_LeavesItAsItWas()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "box", "--network", "none", "busybox", "sh", "-c", Counting);
        slip.Ok("commit", "box", "one");
        slip.Ok("commit", "--pause=false", "box", "two");
        Assert.Equal("running", slip.Ok("inspect", "-f", "{{.State.Status}}", "box"));
        slip.Ok("pause", "box");
        slip.Ok("commit", "box", "three");
        Assert.Equal("paused", slip.Ok("inspect", "-f", "{{.State.Status}}", "box"));
    }

    [Fact]
    public void Commit_Killed_IsPutRightByTheNextCommand()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "box", "--network", "none", "busybox", "sh", "-c", "head -c 200000000 /dev/urandom > /big; " + Counting);
        slip.Ok("exec", "box", "sh", "-c", "until [ -s /count ]; do :; done");
        string id = slip.Ok("inspect", "-f", "{{.Id}}", "box");
        using Process commit = slip.Start("commit", "box", "cut");
        string mark = Path.Combine(slip.RunRoot, "containers", id, "commit.paused");
        while (!File.Exists(mark))
            Assert.False(commit.WaitForExit(1), "the commit was over before it could be killed");
        commit.Kill();
        commit.WaitForExit();
        Assert.True(File.Exists(mark));
        Assert.Equal("running", slip.Ok("inspect", "-f", "{{.State.Status}}", "box"));
        // Between the mark and the freezing nothing had to be put right: then the mark stays for the next pause to clear.
        long size = CountSize(slip);
        slip.Ok("exec", "box", "sh", "-c", $"until [ $(wc -c < /count) -gt {size} ]; do :; done");
        slip.Ok("pause", "box");
        Assert.False(File.Exists(mark));
        Assert.Equal("paused", slip.Ok("inspect", "-f", "{{.State.Status}}", "box"));
    }

    private static long CountSize(Slip slip)
    {
        string id = slip.Ok("inspect", "-f", "{{.Id}}", "box");
        var file = new FileInfo(Path.Combine(slip.DataRoot, "containers", id, "count"));
        return file.Exists ? file.Length : 0;
    }
}
