using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>Restart policies, without a daemon: every kill leaves what the next slip mends.</summary>
public sealed class RestartTests
{
    [Fact]
    public void OnFailure_RestartsAsOftenAsAsked_ThenStaysEnded()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "failing", "--restart", "on-failure:2", "busybox", "sh", "-c", "echo run; exit 3");
        Waiting.Until(() => State(slip, "failing", "{{.State.Status}} {{.RestartCount}}") == "exited 2");
        Assert.Equal("run\nrun\nrun", slip.Ok("logs", "failing"));
        Assert.Equal("on-failure 2 3", State(slip, "failing", "{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}} {{.State.ExitCode}}"));
    }

    [Fact]
    public void OnFailure_ThatSucceeds_IsNotRestarted()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "fine", "--restart", "on-failure", "busybox", "true");
        slip.Ok("wait", "fine");
        Waiting.Until(() => State(slip, "fine", "{{.State.Status}}") == "exited");
        Assert.Equal("exited 0 0", State(slip, "fine", "{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}"));
    }

    [Fact]
    public void Always_NoSlipAround_IsRestartedByItsMonitor_AndStopEndsThat()
    {
        using Slip slip = Slip.WithBusybox();
        string log = slip.Write("runs", "");
        slip.Ok("run", "-d", "--name", "again", "--restart", "always", "-v", slip.Scratch + ":/d", "busybox", "sh", "-c", "echo x >> /d/runs; sleep 0.1");
        Waiting.Until(() => File.ReadAllText(log).Length >= 6);
        slip.Ok("stop", "-t", "0", "again");
        Assert.Equal("exited false", State(slip, "again", "{{.State.Status}} {{.State.Restarting}}"));
        string after = File.ReadAllText(log);
        slip.Ok("start", "again");
        Assert.Equal("0", State(slip, "again", "{{.RestartCount}}"));
        Waiting.Until(() => File.ReadAllText(log).Length > after.Length);
    }

    [Fact]
    public void Restarting_IsShown_RefusesExecAndRm_AndKillEndsTheWait()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "loop", "--restart", "always", "busybox", "sh", "-c", "exit 4");
        // The waits get longer: it is seen in one that outlasts what follows on a busy machine too (6.4 s).
        Waiting.Until(() => State(slip, "loop", "{{.State.Status}} {{.RestartCount}}").Split(' ') is ["restarting", var count] && int.Parse(count, CultureInfo.InvariantCulture) >= 6);
        Assert.StartsWith("Restarting (4)", slip.Ok("ps", "--format", "{{.Status}}"), StringComparison.Ordinal);
        Assert.Contains("is restarting, wait until the container is running", slip.Run("exec", "loop", "true").Errors, StringComparison.Ordinal);
        Slip.Result refused = slip.Run("rm", "loop");
        Assert.Contains("container is restarting: stop the container before removing or force remove", refused.Errors, StringComparison.Ordinal);
        slip.Ok("kill", "loop");
        Assert.Equal("exited", State(slip, "loop", "{{.State.Status}}"));
        slip.Ok("rm", "loop");
    }

    [Fact]
    public void RmForce_OfOneThatRestarts_LeavesNothing()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "loop", "--restart", "always", "busybox", "false");
        slip.Ok("rm", "-f", "--purge", "loop");
        Assert.Equal("", slip.Ok("ps", "-aq"));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "containers")));
    }

    [Fact]
    public void Rm_WithRestart_IsRefused_AndWithoutPolicyIsNot()
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result refused = slip.Run("run", "--rm", "--restart", "always", "busybox", "true");
        Assert.Equal(125, refused.ExitCode);
        Assert.Contains("Conflicting options: --restart and --rm", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(125, slip.Run("run", "--restart", "sometimes", "busybox", "true").ExitCode);
        Assert.Equal(125, slip.Run("run", "--restart", "always:3", "busybox", "true").ExitCode);
        slip.Ok("run", "--rm", "--restart", "no", "busybox", "true");
    }

    [Fact]
    public void KilledMonitor_OfAPolicy_IsRestartedByTheNextSlip()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "kept", "--restart", "unless-stopped", "busybox", "sleep", "1000");
        int pid = int.Parse(State(slip, "kept", "{{.State.Pid}}"), CultureInfo.InvariantCulture);
        KillMonitorOf(pid);
        Waiting.Until(() => State(slip, "kept", "{{.State.Status}}") == "running");
        Assert.NotEqual(pid, int.Parse(State(slip, "kept", "{{.State.Pid}}"), CultureInfo.InvariantCulture));
        Assert.Equal("1", State(slip, "kept", "{{.RestartCount}}"));
    }

    [Fact]
    public void Reboot_SystemStart_BringsBackWhatShouldRun()
    {
        using Slip slip = Slip.WithBusybox();
        foreach ((string name, string policy) in ((string, string)[])[("always", "always"), ("always-stopped", "always"), ("unless", "unless-stopped"), ("unless-stopped", "unless-stopped"), ("failure", "on-failure"), ("plain", "no")])
            slip.Ok("run", "-d", "--name", name, "--restart", policy, "busybox", "sleep", "1000");
        slip.Ok("create", "--name", "never", "--restart", "always", "busybox", "sleep", "1000");
        slip.Ok("stop", "-t", "0", "always-stopped", "unless-stopped");
        string[] pids = slip.Ok("ps", "-q").Split('\n').Select(id => State(slip, id, "{{.State.Pid}}")).ToArray();
        foreach (string pid in pids)
            KillMonitorOf(int.Parse(pid, CultureInfo.InvariantCulture));
        Directory.Delete(slip.RunRoot, recursive: true);

        // Looking changes nothing.
        Assert.Equal("", slip.Ok("ps", "-q"));
        slip.Ok("system", "start");
        Assert.Equal("always\nalways-stopped\nunless", string.Join('\n', slip.Ok("ps", "--format", "{{.Names}}").Split('\n').Order()));
        slip.Ok("system", "stop");
        Assert.Equal("", slip.Ok("ps", "-q"));
        slip.Ok("system", "start");
        Assert.Equal("always\nalways-stopped\nunless", string.Join('\n', slip.Ok("ps", "--format", "{{.Names}}").Split('\n').Order()));
    }

    [Fact]
    public void Restarting_ForLong_IsNotFoundByItsName()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("network", "create", "lan");
        slip.Ok("run", "-d", "--name", "asker", "--network", "lan", "busybox", "sleep", "1000");
        slip.Ok("run", "-d", "--name", "loop", "--network", "lan", "--restart", "always", "busybox", "sh", "-c", "sleep 0.3; exit 4");
        bool IsKnown() => slip.Run("exec", "asker", "nslookup", "loop").ExitCode == 0;
        Waiting.Until(IsKnown);
        // Nobody else looks at it, so that its monitor has to see to it.
        Waiting.Until(() => !IsKnown());
        // And is found again while it runs.
        Waiting.Until(IsKnown);
        slip.Ok("rm", "-f", "loop", "asker");
    }

    private static string State(Slip slip, string name, string format) => slip.Ok("inspect", "-f", format, name);

    private static void KillMonitorOf(int pid)
    {
        using Process monitor = Process.GetProcessById(int.Parse(File.ReadAllText($"/proc/{pid}/stat").Split(' ')[3], CultureInfo.InvariantCulture));
        monitor.Kill();
        monitor.WaitForExit();
    }
}
