using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>A command in a container that doesn't run: on its files, and nothing that is known of it changes.</summary>
public sealed class EnterTests
{
    [Fact]
    public void Stopped_SeesItsFilesMountsVariablesAndUser_AndLeavesItsRecordAlone()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Run("run", "--name", "db", "-e", "A=b", "-u", "12:34", "-w", "/tmp", "-v", "data:/data", "--network", "none", "busybox", "sh", "-c", "echo mine > /tmp/file; exit 7");
        slip.Ok("run", "--rm", "-v", "data:/data", "busybox", "sh", "-c", "echo kept > /data/file");
        string before = slip.Ok("inspect", "db"), log = slip.Ok("logs", "db");
        Assert.Equal("mine\nkept\nb\n12:34\n/tmp", slip.Ok("enter", "db", "sh", "-c", "cat file /data/file; echo $A; echo $(id -u):$(id -g); pwd; echo edited > file"));
        Assert.Equal(before, slip.Ok("inspect", "db"));
        Assert.Equal(log, slip.Ok("logs", "db"));
        Assert.Equal("edited", slip.Ok("enter", "db", "cat", "file"));
        Assert.Equal(5, slip.Run("enter", "db", "sh", "-c", "exit 5").ExitCode);
        Assert.Equal("exited 7", slip.Ok("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "db"));
        Assert.Equal("everything is as it should be", slip.Ok("system", "check"));
    }

    [Fact]
    public void ItsOwnProgram_IsNotRun_AndWhatBrokeItCanBeMended()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "broken", "--entrypoint", "/start", "busybox");
        Assert.NotEqual(0, slip.Run("start", "-a", "broken").ExitCode);
        slip.Ok("enter", "broken", "sh", "-c", "printf '#!/bin/sh\\necho works\\n' > /start; chmod +x /start");
        Assert.Equal("works", slip.Ok("start", "-a", "broken"));
    }

    [Fact]
    public async Task WhileSomebodyIsInside_StartAndRmAreRefused_AndWorkAfterwards()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "db", "busybox", "sleep", "1000");
        using Process inside = slip.Start("enter", "db", "sh", "-c", "echo in; read line; echo $line");
        Assert.Equal("in", await inside.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        foreach (string[] command in (string[][])[["start", "db"], ["rm", "-f", "db"], ["enter", "db", "true"], ["cp", "db:/etc/passwd", slip.Scratch]])
        {
            Slip.Result refused = slip.Run(command);
            Assert.NotEqual(0, refused.ExitCode);
            Assert.Contains("somebody is in it by 'slip enter'", refused.Errors, StringComparison.Ordinal);
        }
        await inside.StandardInput.WriteLineAsync("out");
        Assert.Equal("out", await inside.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await inside.WaitForExitAsync(TestContext.Current.CancellationToken);
        slip.Ok("start", "db");
        Assert.Contains("'slip exec db' runs a command in it", slip.Run("enter", "db", "true").Errors, StringComparison.Ordinal);
        slip.Ok("rm", "-f", "db");
    }

    [Fact]
    public void KilledInside_TheNextOneGoesIn()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "db", "busybox", "sleep", "1000");
        using (Process inside = slip.Start("enter", "db", "sh", "-c", "echo in; sleep 1000"))
        {
            Assert.Equal("in", inside.StandardOutput.ReadLine());
            inside.Kill();
            inside.WaitForExit();
        }
        Assert.Equal("again", slip.Ok("enter", "db", "echo", "again"));
        slip.Ok("start", "db");
    }

    [Fact]
    public void WithoutAShell_ToolsBringOneAlong_AndLeaveNothing()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("context/Dockerfile", "FROM scratch\nCOPY file /file\nCMD [\"/nothing\"]\n");
        slip.Write("context/file", "content\n");
        slip.Ok("build", "-q", "-t", "bare", Path.Combine(slip.Scratch, "context"));
        slip.Ok("create", "--name", "bare", "bare");
        Slip.Result refused = slip.Run("enter", "bare");
        Assert.Equal(127, refused.ExitCode);
        Assert.Contains("slip enter --tools busybox bare", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("content", slip.Ok("enter", "--tools", "busybox", "bare", "cat", "/file"));
        Assert.Equal("", slip.Ok("diff", "bare"));
    }

    [Fact]
    public void Network_IsThereLikeABuildsStepHas()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "net", "busybox", "true");
        Assert.Contains("eth0", slip.Ok("enter", "net", "ls", "/sys/class/net"), StringComparison.Ordinal);
        slip.Ok("create", "--name", "none", "--network", "none", "busybox", "true");
        Assert.Equal("lo", slip.Ok("enter", "none", "ls", "/sys/class/net"));
    }
}
