using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Host;
using Slipway.Runtime.Process;
using Slipway.Runtime.Tests.Process;
using Xunit;

namespace Slipway.Runtime.Tests.Cgroups;

public sealed class CgroupTests
{
    [Fact]
    public void Start_PidsLimit_IsTheKernels()
    {
        using TestRoot root = TestRoot.Create();
        RequireController("pids");
        RuntimeSpec spec = root.Spec("sh", "-c", "cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null; true");
        Assert.Equal("100\n", root.Run(spec).Output);
    }

    [Fact]
    public void Kill_ManyProcesses_LeavesNone()
    {
        using TestRoot root = TestRoot.Create();
        RequireController("pids");
        using SafeFd nothing = FdIo.OpenNull();
        RuntimeSpec spec = root.Spec("sh", "-c", "for i in 1 2 3 4 5; do sleep 1000 & done; wait");
        using StartedProcess started = ProcessStarter.Start(spec, root.Options(new StdioFds(nothing.Number, nothing.Number, nothing.Number)));
        Cgroup again = Cgroup.Open(started.Cgroup.Paths);
        again.Kill();
        Assert.Equal(128 + 9, TestRoot.Wait(started));
        Assert.Equal("", SmallFile.TryReadText(again.Paths[0] + "/cgroup.procs"));
        again.Remove();
        Assert.All(again.Paths, path => Assert.False(Directory.Exists(path)));
        again.Remove();
    }

    [Fact]
    public void WasOomKilled_MemoryBeyondTheLimit_IsSeen()
    {
        using TestRoot root = TestRoot.Create();
        RequireController("memory");
        RuntimeSpec spec = root.Spec("sh", "-c", "head -c 100000000 /dev/zero | grep -c x; exit 0");
        spec = spec with { Linux = spec.Linux! with { Resources = new ResourcesSpec { Memory = new MemorySpec { Limit = 8 << 20, Swap = 8 << 20 } } } };
        using SafeFd nothing = FdIo.OpenNull();
        using StartedProcess started = ProcessStarter.Start(spec, root.Options(new StdioFds(nothing.Number, nothing.Number, nothing.Number)));
        TestRoot.Wait(started);
        bool killed = started.Cgroup.WasOomKilled();
        started.Cgroup.KillAndRemove();
        Assert.True(killed);
    }

    [Fact]
    public void Start_ValueThatTheKernelRefuses_NamesTheFileAndLeavesNothing()
    {
        using TestRoot root = TestRoot.Create();
        RequireController("cpu");
        RuntimeSpec spec = root.Spec("true");
        spec = spec with { Linux = spec.Linux! with { Resources = new ResourcesSpec { Cpu = new CpuSpec { Quota = 5, Period = 100_000 } } } };
        SlipwayException error = Assert.Throws<SlipwayException>(() => root.Run(spec));
        Assert.Contains("set cpu.cfs_quota_us to 5", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists($"/sys/fs/cgroup/cpu/slipway-tests/{root.Id}"));
    }

    [Fact]
    public void Start_DeviceRules_DenyWhatIsNotListed()
    {
        using TestRoot root = TestRoot.Create();
        RequireController("devices");
        RuntimeSpec spec = root.Spec("sh", "-c", "echo x > /dev/null && echo fine; cat /dev/kmsg");
        spec = spec with
        {
            Linux = spec.Linux! with
            {
                Resources = new ResourcesSpec { Devices = Runtime.Specs.DefaultSpec.DeviceRules },
                Devices = [new DeviceSpec { Path = "/dev/kmsg", Type = "c", Major = 1, Minor = 11 }],
            },
        };
        Assert.Equal("fine\ncat: can't open '/dev/kmsg': Operation not permitted\n", root.Run(spec).Output);
    }

    [Fact]
    public void Parse_V1AndV2_FindsControllersAndKind()
    {
        const string MountInfo = """
            22 27 0:21 / /proc rw,relatime - proc proc rw
            33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
            40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,release_agent=/x,name=systemd
            41 31 0:38 / /sys/fs/my\040group rw,relatime - cgroup2 cgroup2 rw,nsdelegate
            """;
        IReadOnlyList<CgroupHierarchy> found = CgroupHierarchy.Parse(MountInfo);
        Assert.Equal(["cpu", "cpuacct"], found[0].Controllers);
        Assert.Equal(["name=systemd"], found[1].Controllers);
        Assert.Equal("/sys/fs/my group", found[2].MountPoint);
        Assert.True(found[2].IsUnified);
        Assert.Equal(CgroupVersion.Hybrid, HostCapabilities.VersionOf(found));
        Assert.Equal(CgroupVersion.None, HostCapabilities.VersionOf([]));
    }

    [Theory]
    [InlineData(null, "slipway/ID")]
    [InlineData("/slipway/x", "slipway/x")]
    [InlineData("slipway/x", "slipway/x")]
    public void PathOf_Given_IsRelativeToTheMount(string? given, string expected) =>
        Assert.Equal(expected, CgroupCreator.PathOf(given, "ID"));

    [Theory]
    [InlineData("/../x")]
    [InlineData("/a/../../x")]
    [InlineData("/")]
    [InlineData("system.slice:slipway:x")]
    public void PathOf_LeadingElsewhere_IsRefused(string given) =>
        Assert.Throws<SlipwayException>(() => CgroupCreator.PathOf(given, "ID"));

    private static void RequireController(string name)
    {
        if (!CgroupHierarchy.Parse(SmallFile.TryReadText("/proc/self/mountinfo") ?? "").Any(hierarchy => hierarchy.Controllers.Contains(name)))
            Assert.Skip($"needs the v1 cgroup controller {name}");
    }
}
