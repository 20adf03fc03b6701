using Xunit;

namespace Slipway.Integration.Tests.Flags;

/// <summary>Namespaces that are the host's or another container's, compared by the kernel's names for them.</summary>
public sealed class NamespaceFlagTests
{
    private static string OfHost(string kind) => new FileInfo($"/proc/self/ns/{kind}").LinkTarget!;

    [Theory]
    [InlineData("--pid", "pid")]
    [InlineData("--ipc", "ipc")]
    [InlineData("--uts", "uts")]
    [InlineData("--cgroupns", "cgroup")]
    public void Run_Host_IsTheHosts(string flag, string kind)
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal(OfHost(kind), slip.Ok("run", "--rm", flag, "host", "busybox", "readlink", "/proc/self/ns/" + kind));
        Assert.NotEqual(OfHost(kind), slip.Ok("run", "--rm", "busybox", "readlink", "/proc/self/ns/" + kind));
    }

    [Fact]
    public void Run_UtsHost_HasTheHostsName()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal(Environment.MachineName, slip.Ok("run", "--rm", "--uts", "host", "busybox", "hostname"));
    }

    [Fact]
    public void Run_PidOfAContainer_SeesItsProcesses()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "donor", "busybox", "sleep", "7654");
        Assert.Contains("sleep 7654", slip.Ok("run", "--rm", "--pid", "container:donor", "busybox", "ps"), StringComparison.Ordinal);
        Assert.DoesNotContain("sleep 7654", slip.Ok("run", "--rm", "busybox", "ps"), StringComparison.Ordinal);
        slip.Ok("rm", "-f", "donor");
    }

    [Fact]
    public void Run_IpcOfAContainer_HasItsSharedMemory()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "donor", "--ipc", "shareable", "busybox", "sh", "-c", "echo shared >/dev/shm/word; sleep 60");
        string Namespace(params string[] where) => slip.Ok([.. where, "readlink", "/proc/self/ns/ipc"]);
        Assert.Equal(Namespace("exec", "donor"), Namespace("run", "--rm", "--ipc", "container:donor", "busybox"));
        // The word is written at some time after the start.
        Assert.Equal("shared", slip.Ok("run", "--rm", "--ipc", "container:donor", "busybox", "sh", "-c", "while ! test -s /dev/shm/word; do sleep 0.05; done; cat /dev/shm/word; echo back >/dev/shm/answer"));
        Assert.Equal("back", slip.Ok("exec", "donor", "cat", "/dev/shm/answer"));
        slip.Ok("rm", "-f", "donor");
    }

    [Fact]
    public void Run_IpcOfAPrivateContainer_IsRefused()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "donor", "busybox", "sleep", "60");
        Slip.Result result = slip.Run("run", "--rm", "--ipc", "container:donor", "busybox", "true");
        Assert.Equal(125, result.ExitCode);
        Assert.Contains("non-shareable IPC", result.Errors, StringComparison.Ordinal);
        slip.Ok("rm", "-f", "donor");
        slip.Ok("create", "--name", "stopped", "--ipc", "shareable", "busybox", "true");
        Assert.Contains("failed to join PID namespace: container ", slip.Run("run", "--rm", "--pid", "container:stopped", "busybox", "true").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_IpcNone_HasNoSharedMemory()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal("none", slip.Ok("run", "--rm", "--ipc", "none", "busybox", "sh", "-c", "grep -q ' /dev/shm ' /proc/mounts || echo none"));
        Assert.Equal("there", slip.Ok("run", "--rm", "busybox", "sh", "-c", "grep -q ' /dev/shm ' /proc/mounts && echo there"));
    }

    [Fact]
    public void Plan_WithWhatAnotherOrAVolumeHas_IsShown()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "donor", "--ipc", "shareable", "busybox", "sleep", "60");
        slip.Ok("volume", "create", "parts");
        string plan = slip.Ok("run", "--plan", "--ipc", "container:donor", "--pid", "container:donor", "--mount", "type=volume,src=parts,dst=/a,volume-subpath=x", "--mount", "type=image,src=busybox,dst=/b",
            "--tmpfs", "/c", "--device", "/dev/zero:/dev/own", "--ulimit", "nofile=10", "busybox", "true");
        Assert.Contains("/dev/own", plan, StringComparison.Ordinal);
        Assert.Contains("'/b'", plan, StringComparison.Ordinal);
        Assert.Equal("donor", slip.Ok("ps", "-a", "--format", "{{.Names}}"));
        slip.Ok("rm", "-f", "donor");
    }
}
