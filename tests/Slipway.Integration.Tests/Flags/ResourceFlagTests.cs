using Xunit;

namespace Slipway.Integration.Tests.Flags;

/// <summary>Limits, looked at where the kernel has them: the container's cgroups, its processes.</summary>
public sealed class ResourceFlagTests
{
    private static bool IsUnified => File.Exists("/sys/fs/cgroup/cgroup.controllers");

    // A file of the container's cgroup, from inside: v1 and v2 have other names for the same.
    [Theory]
    [InlineData("--memory=64m --memory-reservation=32m", "memory/memory.soft_limit_in_bytes", "33554432", "memory.low", "33554432")]
    [InlineData("--memory=64m", "memory/memory.limit_in_bytes", "67108864", "memory.max", "67108864")]
    [InlineData("--cpu-shares=512", "cpu/cpu.shares", "512", "cpu.weight", "20")]
    [InlineData("-c 2048", "cpu/cpu.shares", "2048", "cpu.weight", "79")]
    [InlineData("--cpu-period=50000 --cpu-quota=25000", "cpu/cpu.cfs_quota_us", "25000", "cpu.max", "25000 50000")]
    [InlineData("--cpus=0.5", "cpu/cpu.cfs_quota_us", "50000", "cpu.max", "50000 100000")]
    [InlineData("--cpuset-cpus=0", "cpuset/cpuset.cpus", "0", "cpuset.cpus", "0")]
    [InlineData("--cpuset-mems=0", "cpuset/cpuset.mems", "0", "cpuset.mems", "0")]
    [InlineData("--pids-limit=77", "pids/pids.max", "77", "pids.max", "77")]
    [InlineData("--pids-limit=-1", "pids/pids.max", "max", "pids.max", "max")]
    [InlineData("--pids-limit=0", "pids/pids.max", "max", "pids.max", "max")]
    public void Run_Limit_IsTheCgroups(string flags, string file, string value, string unifiedFile, string unifiedValue)
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result result = slip.Run(["run", "--rm", .. flags.Split(' '), "busybox", "cat", "/sys/fs/cgroup/" + (IsUnified ? unifiedFile : file)]);
        Assert.SkipWhen(result.Errors.Contains("no cgroup controller", StringComparison.Ordinal), "this host lacks the controller");
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal(IsUnified ? unifiedValue : value, result.Output.Trim());
    }

    [Theory]
    [InlineData("1", "minimum allowed cpu-shares is 2")]
    [InlineData("262145", "maximum allowed cpu-shares is 262144")]
    public void Run_SharesBeyondTheKernelsRange_AreRefused(string shares, string message)
    {
        Assert.SkipWhen(IsUnified, "v2 has weights, for which every number of shares is one");
        using Slip slip = Slip.WithBusybox();
        Refusal.Check(slip, ["--cpu-shares", shares], message);
    }

    [Fact]
    public void Run_MemorySwappinessAndOomKillDisable_AreTheCgroupsOfV1()
    {
        Assert.SkipWhen(IsUnified, "v2 has neither");
        using Slip slip = Slip.WithBusybox();
        string[] lines = slip.Ok("run", "--rm", "-m", "64m", "--memory-swappiness", "7", "--oom-kill-disable", "busybox", "sh", "-c",
            "cat /sys/fs/cgroup/memory/memory.swappiness; grep oom_kill_disable /sys/fs/cgroup/memory/memory.oom_control").Split('\n');
        Assert.Equal(["7", "oom_kill_disable 1"], lines);
    }

    [Fact]
    public void Run_OomKillDisableWithoutALimit_IsWarnedOf()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Contains("WARNING: ", slip.Run("run", "--rm", "--oom-kill-disable", "busybox", "true").Errors, StringComparison.Ordinal);
        Assert.Equal("", slip.Run("run", "--rm", "-m", "64m", "busybox", "true").Errors);
    }

    [Fact]
    public void Run_MemorySwap_BoundsBothTogether()
    {
        Assert.SkipWhen(IsUnified, "this looks at v1's file");
        Assert.SkipUnless(File.Exists("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"), "this kernel doesn't count swap");
        using Slip slip = Slip.WithBusybox();
        string Swap(params string[] flags) => slip.Ok(["run", "--rm", "-m", "64m", .. flags, "busybox", "cat", "/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"]);
        Assert.Equal("134217728", Swap());
        Assert.Equal("67108864", Swap("--memory-swap", "64m"));
        Assert.True(long.Parse(Swap("--memory-swap", "-1"), System.Globalization.CultureInfo.InvariantCulture) > 1L << 60);
    }

    [Fact]
    public void Run_OomScoreUlimitAndShm_AreTheProcesses()
    {
        using Slip slip = Slip.WithBusybox();
        string[] lines = slip.Ok("run", "--rm", "--oom-score-adj", "345", "--ulimit", "nofile=100:200", "--ulimit", "core=0", "--ulimit", "memlock=65536", "--shm-size", "1m", "busybox", "sh", "-c",
            "cat /proc/self/oom_score_adj; ulimit -n; ulimit -Hn; ulimit -c; grep locked.memory /proc/self/limits | awk '{print $4}'; df -k /dev/shm | tail -1 | awk '{print $2}'").Split('\n');
        Assert.Equal(["345", "100", "200", "0", "65536", "1024"], lines);
    }

    [Fact]
    public void Run_CgroupParent_IsAboveItsOwn()
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("run", "-d", "--cgroup-parent", "/slipway/mine", "busybox", "sleep", "60");
        string pid = slip.Ok("inspect", "-f", "{{.State.Pid}}", id);
        Assert.Contains($"/slipway/mine/{id}", File.ReadAllText($"/proc/{pid}/cgroup"), StringComparison.Ordinal);
        Assert.Equal("/slipway/mine", slip.Ok("inspect", "-f", "{{.HostConfig.CgroupParent}}", id));
        slip.Ok("rm", "-f", id);
        // No way leads above the hierarchy's root.
        id = slip.Ok("run", "-d", "--cgroup-parent", "../../../../slipway/x/../mine", "busybox", "sleep", "60");
        pid = slip.Ok("inspect", "-f", "{{.State.Pid}}", id);
        Assert.Contains($"/slipway/mine/{id}", File.ReadAllText($"/proc/{pid}/cgroup"), StringComparison.Ordinal);
        slip.Ok("rm", "-f", id);
        foreach (string directory in Directory.GetDirectories("/sys/fs/cgroup", "mine", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, IgnoreInaccessible = true }))
            Directory.Delete(directory);
    }

    [Theory]
    [InlineData("-m 5m", "Minimum memory limit allowed is 6MB")]
    [InlineData("-m 64m --memory-swap 32m", "Minimum memoryswap limit should be larger than memory limit, see usage")]
    [InlineData("--memory-swap 64m", "You should always set the Memory limit when using Memoryswap limit, see usage")]
    [InlineData("-m 64m --memory-reservation 128m", "Minimum memory limit can not be less than memory reservation limit, see usage")]
    [InlineData("--memory-reservation 1m", "Minimum memory reservation allowed is 6MB")]
    [InlineData("--memory-swappiness 101", "Valid memory swappiness range is 0-100")]
    [InlineData("--cpus 1 --cpu-period 100000", "Conflicting options: Nano CPUs and CPU Period cannot both be set")]
    [InlineData("--cpus 1 --cpu-quota 100000", "Conflicting options: Nano CPUs and CPU Quota cannot both be set")]
    [InlineData("--cpus 4096", "Range of CPUs is from 0.01 to")]
    [InlineData("--cpu-period 10", "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)")]
    [InlineData("--cpu-quota 10", "CPU cfs quota can not be less than 1ms (i.e. 1000)")]
    [InlineData("--cpuset-cpus 0-8000", "Requested CPUs are not available - requested 0-8000, available: ")]
    [InlineData("--cpuset-cpus x", "Invalid value x for cpuset cpus")]
    [InlineData("--oom-score-adj 1001", "Invalid value 1001, range for oom score adj is [-1000, 1000]")]
    [InlineData("--blkio-weight 5", "Range of blkio weight is from 10 to 1000")]
    [InlineData("--blkio-weight-device /dev/sda:5", "invalid weight for device: /dev/sda:5")]
    [InlineData("--device-read-bps /dev/sda", "bad format: /dev/sda")]
    [InlineData("--device-read-bps /dev/sda:x", "invalid rate for device: /dev/sda:x")]
    [InlineData("--device-write-iops sda:1", "bad format for device path: sda:1")]
    [InlineData("--device-write-bps /dev/null:1mb", "limit the device '/dev/null': it is no block device")]
    [InlineData("--ulimit nofile=2:1", "ulimit soft limit must be less than or equal to hard limit: 2 > 1")]
    [InlineData("--ulimit nothing=1", "invalid ulimit type: nothing")]
    [InlineData("--ulimit nofile", "invalid ulimit argument: nofile")]
    [InlineData("--storage-opt size=1g", "a writable layer has no size of its own here")]
    [InlineData("--cgroup-parent mine.slice", "is a systemd slice")]
    [InlineData("--cpu-count 1", "is only supported on windows")]
    public void Run_LimitThatCantBe_IsRefusedAndLeavesNothing(string flags, string message)
    {
        using Slip slip = Slip.WithBusybox();
        Refusal.Check(slip, flags.Split(' '), message);
    }

    [Fact]
    public void Run_BlockDeviceRate_IsTheCgroups()
    {
        string? disk = Directory.GetDirectories("/sys/class/block").Select(Path.GetFileName).FirstOrDefault(d => File.Exists($"/dev/{d}") && !File.Exists($"/sys/class/block/{d}/partition"));
        Assert.SkipWhen(disk is null, "no disk here has a node");
        using Slip slip = Slip.WithBusybox();
        string file = IsUnified ? "io.max" : "blkio/blkio.throttle.read_bps_device";
        Slip.Result result = slip.Run("run", "--rm", "--device-read-bps", $"/dev/{disk}:1mb", "busybox", "cat", "/sys/fs/cgroup/" + file);
        Assert.SkipWhen(result.Errors.Contains("no cgroup controller", StringComparison.Ordinal) || result.Errors.Contains("ENODEV", StringComparison.Ordinal), "no throttling here: " + result.Errors);
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Contains("1048576", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_Limits_AreThose()
    {
        using Slip slip = Slip.WithBusybox();
        string id = slip.Ok("create", "-m", "64m", "--cpu-shares", "512", "--cpuset-cpus", "0", "--ulimit", "nofile=10:20", "--oom-score-adj", "5", "--shm-size", "1m", "busybox", "true");
        Assert.Equal("67108864 134217728 512 0 [{nofile 20 10}] 5 1048576", slip.Ok("inspect", "-f",
            "{{with .HostConfig}}{{.Memory}} {{.MemorySwap}} {{.CpuShares}} {{.CpusetCpus}} [{{range .Ulimits}}{{`{`}}{{.Name}} {{.Hard}} {{.Soft}}{{`}`}}{{end}}] {{.OomScoreAdj}} {{.ShmSize}}{{end}}", id));
    }
}
