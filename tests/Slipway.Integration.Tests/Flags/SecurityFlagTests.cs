using Xunit;

namespace Slipway.Integration.Tests.Flags;

/// <summary>Rights and devices, looked at from inside.</summary>
public sealed class SecurityFlagTests
{
    // chmod is one call that any shell can try.
    private const string Profile =
        """
        {
          "defaultAction": "SCMP_ACT_ALLOW",
          "archMap": [{ "architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"] }],
          "syscalls": [
            { "names": ["chmod", "fchmodat", "fchmodat2"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1, "excludes": { "caps": ["CAP_SYS_ADMIN"] } },
            { "name": "mkdir", "action": "SCMP_ACT_ERRNO", "includes": { "minKernel": "99.0" } }
          ]
        }
        """;

    [Fact]
    public void Run_Privileged_HasAllOfTheHost()
    {
        using Slip slip = Slip.WithBusybox();
        const string Look = "grep -E 'CapEff|Seccomp:' /proc/self/status; test -w /proc/sys/kernel/domainname && echo writable; cat /proc/kcore | head -c 1 >/dev/null 2>&1; grep -c ' /proc/sys ' /proc/mounts; ls /dev | wc -l";
        string[] plain = slip.Ok("run", "--rm", "busybox", "sh", "-c", Look).Split('\n');
        string[] privileged = slip.Ok("run", "--rm", "--privileged", "busybox", "sh", "-c", Look).Split('\n');
        Assert.Contains("Seccomp:\t2", plain);
        Assert.Contains("Seccomp:\t0", privileged);
        Assert.Contains("writable", privileged);
        Assert.NotEqual(plain[0], privileged[0]);
        Assert.Equal("0", privileged[^2]);
        Assert.Equal("1", plain[^2]);
    }

    [Fact]
    public void Run_PrivilegedMount_WorksAndPlainDoesNot()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--rm", "--privileged", "busybox", "mount", "-t", "tmpfs", "none", "/tmp");
        Assert.NotEqual(0, slip.Run("run", "--rm", "busybox", "mount", "-t", "tmpfs", "none", "/tmp").ExitCode);
    }

    [Fact]
    public void Run_Device_IsThereAndMayBeUsed()
    {
        using Slip slip = Slip.WithBusybox();
        // A device that anybody's program may open, and not one of a container's.
        Assert.Equal("crw", slip.Ok("run", "--rm", "--device", "/dev/fuse:/dev/own:r", "busybox", "sh", "-c", "ls -l /dev/own | cut -c1-3; : </dev/own"));
        Assert.NotEqual(0, slip.Run("run", "--rm", "--device", "/dev/fuse:/dev/own:r", "busybox", "sh", "-c", ": >/dev/own").ExitCode);
        Assert.NotEqual(0, slip.Run("run", "--rm", "busybox", "test", "-e", "/dev/fuse").ExitCode);
        Assert.Equal("/dev/fuse /dev/own r", slip.Ok("inspect", "-f", "{{range .HostConfig.Devices}}{{.PathOnHost}} {{.PathInContainer}} {{.CgroupPermissions}}{{end}}",
            slip.Ok("create", "--device", "/dev/fuse:/dev/own:r", "busybox", "true")));
    }

    [Fact]
    public void Run_DirectoryOfDevices_IsAllOfThem()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.SkipUnless(Directory.Exists("/dev/net"), "there is no /dev/net here");
        Assert.Equal("tun", slip.Ok("run", "--rm", "--device", "/dev/net:/dev/own", "busybox", "ls", "/dev/own"));
    }

    [Fact]
    public void Run_DeviceRule_AllowsWhatANodeIsMadeOf()
    {
        using Slip slip = Slip.WithBusybox();
        const string Read = "mknod /tmp/fuse c 10 229 && : </tmp/fuse";
        slip.Ok("run", "--rm", "--cap-add", "MKNOD", "--device-cgroup-rule", "c 10:229 rwm", "busybox", "sh", "-c", Read);
        Assert.NotEqual(0, slip.Run("run", "--rm", "--cap-add", "MKNOD", "busybox", "sh", "-c", Read).ExitCode);
    }

    [Fact]
    public void Run_SeccompProfile_HoldsByItsConditions()
    {
        using Slip slip = Slip.WithBusybox();
        string profile = slip.Write("profile.json", Profile);
        const string Try = "mkdir /tmp/d && chmod 700 /tmp/d && echo changed";
        Slip.Result refused = slip.Run("run", "--rm", "--security-opt", "seccomp=" + profile, "busybox", "sh", "-c", Try);
        Assert.Contains("not permitted", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("changed", slip.Ok("run", "--rm", "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=" + profile, "busybox", "sh", "-c", Try));
        Assert.Equal("changed", slip.Ok("run", "--rm", "--security-opt", "seccomp=builtin", "busybox", "sh", "-c", Try));
    }

    [Theory]
    [InlineData("--security-opt systempaths=unconfined", "test -w /proc/sys/kernel/domainname && ! grep -q ' /proc/kcore ' /proc/mounts && echo yes", "yes")]
    [InlineData("--security-opt no-new-privileges", "grep NoNewPrivs /proc/self/status", "NoNewPrivs:\t1")]
    [InlineData("--security-opt no-new-privileges=false", "grep NoNewPrivs /proc/self/status", "NoNewPrivs:\t0")]
    [InlineData("--security-opt label=disable --security-opt apparmor=unconfined", "echo yes", "yes")]
    [InlineData("--sysctl net.core.somaxconn=321", "cat /proc/sys/net/core/somaxconn", "321")]
    // A server that is not root has port 80, as docker's users have it; one that is not to have it is told so.
    [InlineData("-u 1000 --network none", "echo hi > /tmp/index.html; httpd -p 80 -h /tmp && wget -qO- http://127.0.0.1", "hi")]
    [InlineData("-u 1000 --network none --sysctl net.ipv4.ip_unprivileged_port_start=1024", "httpd -p 80 -h /tmp 2>/dev/null || echo refused", "refused")]
    [InlineData("--sysctl kernel.msgmax=4321", "cat /proc/sys/kernel/msgmax", "4321")]
    [InlineData("--cap-drop ALL", "grep CapEff /proc/self/status", "CapEff:\t0000000000000000")]
    [InlineData("--cap-drop ALL --cap-add CHOWN", "grep CapEff /proc/self/status", "CapEff:\t0000000000000001")]
    [InlineData("--group-add 77 --group-add crew", "id -G", "0 77 2000")]
    [InlineData("--domainname sea.example", "cat /proc/sys/kernel/domainname", "sea.example")]
    public void Run_Right_IsSeenInside(string flags, string command, string expected)
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal(expected, slip.Ok(["run", "--rm", .. flags.Split(' '), "busybox", "sh", "-c", command]));
    }

    [Fact]
    public void Run_WritableCgroups_MayBeChangedFromInside()
    {
        using Slip slip = Slip.WithBusybox();
        string file = File.Exists("/sys/fs/cgroup/cgroup.controllers") ? "/sys/fs/cgroup/sub" : "/sys/fs/cgroup/pids/sub";
        slip.Ok("run", "--rm", "--security-opt", "writable-cgroups=true", "busybox", "sh", "-c", $"mkdir {file} && rmdir {file}");
        Assert.NotEqual(0, slip.Run("run", "--rm", "busybox", "mkdir", file).ExitCode);
    }

    [Theory]
    [InlineData("--cap-add NOTHING", "unknown capability: \"CAP_NOTHING\"")]
    [InlineData("--device /dev/notthere", "error gathering device information while adding custom device \"/dev/notthere\": no such file or directory")]
    [InlineData("--device /etc/passwd", "not a device node")]
    [InlineData("--device /etc", "\"/etc\": not a device node")]
    [InlineData("--device /dev/null:/dev/x:q", "bad mode specified: q")]
    [InlineData("--device vendor.com/net=one", "CDI device injection failed: unresolvable CDI devices vendor.com/net=one")]
    [InlineData("--device-cgroup-rule x", "invalid device cgroup format 'x'")]
    [InlineData("--gpus all", "could not select device driver \"\" with capabilities: [[gpu]]")]
    [InlineData("--gpus some", "invalid argument \"some\" for \"--gpus\" flag: invalid count (some)")]
    [InlineData("--security-opt seccomp=/not/there", "opening seccomp profile (/not/there) failed")]
    [InlineData("--security-opt seccomp=/etc/passwd", "the seccomp profile")]
    [InlineData("--security-opt nonsense", "invalid --security-opt: \"nonsense\"")]
    [InlineData("--security-opt label=nonsense", "a label is disable")]
    [InlineData("--sysctl kernel.core_pattern=x", "is not allowed")]
    [InlineData("--sysctl net.core.somaxconn=1 --network host", "is not allowed in host network mode")]
    [InlineData("--userns keep", "invalid USER mode")]
    [InlineData("--userns keep-id", "that is about the user of a rootless engine")]
    [InlineData("--userns container:x", "can't be joined")]
    [InlineData("--userns private", "--userns private needs --uidmap")]
    [InlineData("--userns auto:size=0", "want auto or auto:size=N")]
    [InlineData("--userns auto:uidmapping=0:1:2", "want auto or auto:size=N")]
    [InlineData("--userns auto --uidmap 0:1:2", "contradict each other")]
    [InlineData("--userns host --gidmap 0:1:2", "contradict each other")]
    [InlineData("--uidmap 0:x:2", "want CONTAINER:HOST:COUNT")]
    [InlineData("--uidmap 1:100000:2", "a range must have the container's id 0")]
    [InlineData("--uidmap 0:100000:10 --uidmap 5:200000:10", "overlap")]
    [InlineData("--userns auto --privileged", "privileged mode is incompatible with user namespaces")]
    [InlineData("--userns auto --network host", "cannot share the host's network namespace when user namespaces are enabled")]
    [InlineData("--userns auto --pid host", "cannot share the host PID namespace when user namespaces are enabled")]
    [InlineData("--userns auto --ipc host", "cannot share the host's IPC namespace when user namespaces are enabled")]
    [InlineData("--userns auto --network container:x", "cannot join network of a container")]
    [InlineData("--pid nonsense", "invalid PID mode")]
    [InlineData("--ipc nonsense", "invalid IPC mode: nonsense")]
    [InlineData("--uts nonsense", "invalid UTS mode")]
    [InlineData("--uts host --hostname x", "conflicting options: hostname and the UTS mode")]
    [InlineData("--cgroupns nonsense", "invalid CGROUP mode: invalid cgroup namespace mode: nonsense")]
    [InlineData("--pid container:nobody", "No such container: nobody")]
    [InlineData("--runtime other", "unknown or invalid runtime name: other")]
    [InlineData("--isolation hyperv", "linux only supports 'default'")]
    public void Run_RightThatCantBe_IsRefusedAndLeavesNothing(string flags, string message)
    {
        using Slip slip = Slip.WithBusybox();
        Refusal.Check(slip, flags.Split(' '), message);
    }

    [Fact]
    public void Inspect_RightsAnnotationsAndLabelFiles_AreThose()
    {
        using Slip slip = Slip.WithBusybox();
        string file = slip.Write("labels", "# none\n\na=1\nb=2\n");
        string id = slip.Ok("create", "--label-file", file, "-l", "b=3", "--annotation", "n.o=te", "--sysctl", "net.core.somaxconn=1", "--privileged", "--userns", "host", "--isolation", "default", "busybox", "true");
        Assert.Equal("1 3 map[n.o:te] map[net.core.somaxconn:1] true host", slip.Ok("inspect", "-f",
            "{{.Config.Labels.a}} {{.Config.Labels.b}} {{.HostConfig.Annotations}} {{.HostConfig.Sysctls}} {{.HostConfig.Privileged}} {{.HostConfig.UsernsMode}}", id));
    }
}
