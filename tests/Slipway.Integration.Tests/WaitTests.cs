using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary><c>wait</c> with its conditions: docker's three, and podman's states.</summary>
public sealed class WaitTests
{
    [Fact]
    public void Wait_NotRunning_IsTheDefaultAndAnswersForOneThatHasEnded()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run("run", "--name", "ship", "busybox", "sh", "-c", "exit 4");
        Assert.Equal("4", slip.Ok("wait", "ship"));
        Assert.Equal("4", slip.Ok("wait", "--condition", "not-running", "ship"));
        Assert.Equal("4", slip.Ok("wait", "--condition=stopped", "ship"));
    }

    [Fact]
    public void Wait_NextExit_LetsTheLastEndPass()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run("run", "--name", "ship", "busybox", "sh", "-c", "test -e /was && exit 5; touch /was; exit 4");
        using Process wait = slip.Start("wait", "--condition", "next-exit", "ship");
        Assert.False(wait.WaitForExit(500));
        slip.Ok("start", "ship");
        Assert.Equal("5\n", wait.StandardOutput.ReadToEnd());
    }

    [Fact]
    public void Wait_Removed_EndsWithTheContainerAndHasItsCode()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "ship", "busybox", "sh", "-c", "while ! test -e /end; do sleep 0.05; done; exit 6");
        using Process wait = slip.Start("wait", "--condition", "removed", "ship");
        slip.Ok("exec", "ship", "touch", "/end");
        Assert.Equal("6", slip.Ok("wait", "ship"));
        Assert.False(wait.WaitForExit(500));
        slip.Ok("rm", "ship");
        Assert.Equal("6\n", wait.StandardOutput.ReadToEnd());
    }

    [Fact]
    public void Wait_States_AreWaitedFor()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "ship", "--health-cmd", "test -e /fine", "--health-interval", "50ms", "--health-retries", "1000", "busybox", "sleep", "1000");
        using Process running = slip.Start("wait", "--condition", "running", "ship");
        using Process healthy = slip.Start("wait", "--condition", "healthy", "ship");
        slip.Ok("start", "ship");
        Assert.Equal("-1\n", running.StandardOutput.ReadToEnd());
        Assert.False(healthy.WaitForExit(300));
        slip.Ok("exec", "ship", "touch", "/fine");
        Assert.Equal("-1\n", healthy.StandardOutput.ReadToEnd());
        using Process paused = slip.Start("wait", "--condition", "paused", "ship");
        slip.Ok("pause", "ship");
        Assert.Equal("-1\n", paused.StandardOutput.ReadToEnd());
        slip.Ok("unpause", "ship");
    }

    [Fact]
    public void Wait_ForWhatCannotBe_IsSaid()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "ship", "busybox", "true");
        Slip.Result wrong = slip.Run("wait", "--condition", "happy", "ship");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("invalid condition: \"happy\"", wrong.Errors, StringComparison.Ordinal);
        Assert.Contains("No such container: nobody", slip.Run("wait", "--condition", "removed", "nobody").Errors, StringComparison.Ordinal);
        using Process waits = slip.Start("wait", "--condition", "running", "ship");
        Assert.False(waits.WaitForExit(300));
        slip.Ok("rm", "ship");
        Assert.Contains("was removed while it was waited for", waits.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }
}
