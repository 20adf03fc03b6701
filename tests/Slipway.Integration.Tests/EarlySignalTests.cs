using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>A signal that comes right after a start reaches a program that is about to look after it.</summary>
public sealed class EarlySignalTests
{
    private static readonly string[] s_slowToTrap = ["busybox", "sh", "-c", "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done; trap 'exit 7' TERM; while :; do sleep 0.01; done"];

    [Fact]
    public void Stop_RightAfterTheStart_IsHeard()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok(["run", "-d", "--name", "web", "--network", "none", .. s_slowToTrap]);
        var watch = Stopwatch.StartNew();
        slip.Ok("stop", "web");
        Assert.Equal("7", slip.Ok("inspect", "-f", "{{.State.ExitCode}}", "web"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(9), $"{watch.Elapsed}");
    }

    [Fact]
    public void Kill_RightAfterTheStart_IsHeard_AndOfOneThatNeverListensNotWaitedForLong()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok(["run", "-d", "--name", "web", "--network", "none", .. s_slowToTrap]);
        slip.Ok("kill", "-s", "TERM", "web");
        Assert.Equal("7", slip.Ok("wait", "web"));
        slip.Ok("run", "-d", "--name", "deaf", "--network", "none", "busybox", "sleep", "1000");
        slip.Ok("kill", "-s", "TERM", "deaf");
        Assert.Equal("running", slip.Ok("inspect", "-f", "{{.State.Status}}", "deaf"));
    }
}
