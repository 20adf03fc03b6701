using Xunit;

namespace Slipway.Integration.Tests.Flags;

/// <summary>What exec takes, looked at from inside.</summary>
public sealed class ExecFlagTests
{
    [Fact]
    public void Exec_EnvironmentUserDirectoryAndFile_AreTheCommands()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "c-e", "-e", "A=run", "busybox", "sleep", "60");
        string file = slip.Write("env", "# none\nB=file\nA=file\n");
        Assert.Equal("flag file 1000 /tmp", slip.Ok("exec", "--env-file", file, "-e", "A=flag", "-u", "1000", "-w", "/tmp", "c-e", "sh", "-c", "echo $A $B $(id -u) $(pwd)"));
        Assert.Equal("run", slip.Ok("exec", "c-e", "sh", "-c", "echo $A"));
    }

    [Fact]
    public void Exec_Privileged_HasAllCapabilities()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "c-e", "busybox", "sleep", "60");
        string Effective(params string[] flags) => slip.Ok(["exec", .. flags, "c-e", "grep", "CapEff", "/proc/self/status"]);
        Assert.NotEqual(Effective(), Effective("--privileged"));
        slip.Ok("exec", "--privileged", "c-e", "mount", "-t", "tmpfs", "none", "/tmp");
        Assert.NotEqual(0, slip.Run("exec", "c-e", "mount", "-t", "tmpfs", "none", "/tmp").ExitCode);
    }

    [Fact]
    public void Exec_Detached_GoesOnAlone()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "c-e", "busybox", "sleep", "60");
        Assert.Equal("", slip.Ok("exec", "-d", "c-e", "sh", "-c", "echo done >/mark"));
        slip.Ok("exec", "c-e", "sh", "-c", "while ! test -s /mark; do sleep 0.05; done");
        Assert.Contains("is not running", slip.Run("exec", slip.Ok("create", "busybox", "true"), "true").Errors, StringComparison.Ordinal);
    }
}
