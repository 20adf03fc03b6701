using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Cgroups.Limits;
using Xunit;

namespace Slipway.Runtime.Tests.Cgroups;

public sealed class CgroupLimitsTests
{
    private static readonly CgroupHost s_v1 = new([.. new[] { "pids", "memory", "cpu", "cpuset", "blkio", "hugetlb", "net_cls", "net_prio", "rdma" }
        .Select(name => new CgroupHierarchy("/sys/fs/cgroup/" + name, [name], IsUnified: false))]);

    private static readonly CgroupHost s_v2 = new([new CgroupHierarchy("/sys/fs/cgroup", [], IsUnified: true)]);

    private static readonly ResourcesSpec s_usual = new()
    {
        Pids = new PidsSpec { Limit = 10 },
        Memory = new MemorySpec { Limit = 100, Swap = 300, Reservation = 50 },
        Cpu = new CpuSpec { Shares = 1024, Quota = 50_000, Period = 100_000, Burst = 10, Cpus = "0" },
    };

    private static readonly ResourcesSpec s_rest = new()
    {
        Memory = new MemorySpec { Swappiness = 5, DisableOOMKiller = true },
        Cpu = new CpuSpec { Idle = 1, Shares = 1024, RealtimePeriod = 1000, RealtimeRuntime = 500, Mems = "0-1" },
        BlockIO = new BlockIOSpec
        {
            Weight = 505,
            WeightDevice = [new DeviceWeight { Major = 8, Minor = 0, Weight = 1000 }],
            ThrottleReadBpsDevice = [new DeviceThrottle { Major = 8, Minor = 0, Rate = 1024 }],
            ThrottleWriteIopsDevice = [new DeviceThrottle { Major = 8, Minor = 16, Rate = 0 }],
        },
        HugepageLimits = [new HugepageLimit { PageSize = "2MB", Limit = 4096 }],
        Network = new NetworkSpec { ClassId = 7, Priorities = [new InterfacePriority { Name = "lo", Priority = 3 }] },
        Rdma = new Dictionary<string, RdmaSpec> { ["mlx5_1"] = new() { HcaHandles = 3 } },
    };

    [Fact]
    public void For_UsualLimitsOnV1_AreInTheKernelsOrder() => Assert.Equal(
        [
            "pids.max=10", "memory.limit_in_bytes=100", "memory.memsw.limit_in_bytes=300", "memory.soft_limit_in_bytes=50", "cpu.shares=1024",
            "cpu.cfs_period_us=100000", "cpu.cfs_burst_us=10", "cpu.cfs_quota_us=50000", "cpuset.cpus=0",
        ],
        Written(s_usual, s_v1));

    [Fact]
    public void For_UsualLimitsOnV2_AreTranslated() => Assert.Equal(
        ["pids.max=10", "memory.max=100", "memory.swap.max=200", "memory.low=50", "cpu.weight=39", "cpu.max.burst=10", "cpu.max=50000 100000", "cpuset.cpus=0"],
        Written(s_usual, s_v2));

    [Fact]
    public void For_TheRestOnV1_HasAFileForEach() => Assert.Equal(
        [
            "memory.swappiness=5", "memory.oom_control=1", "cpu.idle=1", "cpu.rt_period_us=1000", "cpu.rt_runtime_us=500", "cpuset.mems=0-1",
            "blkio.bfq.weight=505", "blkio.bfq.weight_device=8:0 1000", "blkio.throttle.read_bps_device=8:0 1024", "blkio.throttle.write_iops_device=8:16 0",
            "hugetlb.2MB.limit_in_bytes=4096", "hugetlb.2MB.rsvd.limit_in_bytes=4096", "net_cls.classid=7", "net_prio.ifpriomap=lo 3",
            "rdma.max=mlx5_1 hca_handle=3 hca_object=max",
        ],
        Written(s_rest, s_v1));

    [Fact]
    public void For_TheRestOnV2_LeavesOutWhatThereIsNot()
    {
        Assert.Equal(
            [
                "cpu.idle=1", "cpuset.mems=0-1", "io.bfq.weight=505", "io.bfq.weight=8:0 1000", "io.max=8:0 rbps=1024", "io.max=8:16 wiops=max",
                "hugetlb.2MB.max=4096", "hugetlb.2MB.rsvd.max=4096", "rdma.max=mlx5_1 hca_handle=3 hca_object=max",
            ],
            Written(s_rest, s_v2));
        Assert.Equal(3, CgroupLimits.Notes(s_rest, s_v2).Count());
        Assert.Empty(CgroupLimits.Notes(s_rest, s_v1));
    }

    [Fact]
    public void For_NoLimit_IsSaidInTheVersionsWords()
    {
        var none = new ResourcesSpec { Memory = new MemorySpec { Limit = -1 }, Cpu = new CpuSpec { Quota = -1 }, Pids = new PidsSpec { Limit = -1 } };
        Assert.Equal(["pids.max=max", "memory.limit_in_bytes=-1", "memory.memsw.limit_in_bytes=-1", "cpu.cfs_quota_us=-1"], Written(none, s_v1));
        Assert.Equal(["pids.max=max", "memory.max=max", "memory.swap.max=max", "cpu.max=max"], Written(none, s_v2));
    }

    [Fact]
    public void For_Unified_ComesLastAndIsForTheTree()
    {
        var resources = s_usual with { Unified = new Dictionary<string, string> { ["memory.high"] = "50", ["cgroup.max.depth"] = "2" } };
        Assert.Equal(["memory.high=50", "cgroup.max.depth=2"], Written(resources, s_v2)[^2..]);
        var hybrid = new CgroupHost([.. s_v1.V1, .. new[] { s_v2.Unified! }]);
        Assert.Equal(["memory.high", "cgroup.max.depth"], CgroupLimits.For(resources, hybrid).Where(setting => setting.IsUnified).Select(setting => setting.File));
        Assert.Throws<SlipwayException>(() => CgroupLimits.For(resources, s_v1));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(262144, 10000)]
    [InlineData(ulong.MaxValue, 10000)]
    public void Weight_EndsOfShares_AreEndsOfWeights(ulong shares, ulong weight) => Assert.Equal(weight, CpuLimits.Weight(shares));

    [Theory]
    [InlineData(10, 1)]
    [InlineData(505, 5000)]
    [InlineData(1000, 10000)]
    public void Weight_OfBlockIO_IsOnTheLine(ushort from, ulong weight) => Assert.Equal(weight, BlockIOLimits.Weight(from));

    [Fact]
    public void For_ValuesThatCannotBe_AreRefused()
    {
        foreach (MemorySpec memory in (MemorySpec[])[new() { Limit = 100, Swap = 50 }, new() { Swap = 50 }, new() { Swappiness = 101 }])
            Assert.Throws<SlipwayException>(() => CgroupLimits.For(new ResourcesSpec { Memory = memory }, s_v2));
        Assert.Throws<SlipwayException>(() => CgroupLimits.For(new ResourcesSpec { Memory = new() { Swappiness = 101 } }, s_v1));
        Assert.Throws<SlipwayException>(() => CgroupLimits.For(new ResourcesSpec { BlockIO = new() { Weight = 9 } }, s_v1));
        Assert.Throws<SlipwayException>(() => CgroupLimits.For(new ResourcesSpec { HugepageLimits = [new() { PageSize = "../x", Limit = 1 }] }, s_v1));
    }

    [Theory]
    [InlineData("cgroup.procs")]
    [InlineData("cgroup.kill")]
    [InlineData("../memory.max")]
    [InlineData("memory")]
    public void For_FileThatIsNoLimit_IsRefused(string file) =>
        Assert.Throws<SlipwayException>(() => CgroupLimits.For(new ResourcesSpec { Unified = new Dictionary<string, string> { [file] = "1" } }, s_v2));

    private static string[] Written(ResourcesSpec resources, CgroupHost host) =>
        [.. CgroupLimits.For(resources, host).Select(setting => $"{setting.File}={setting.Value}")];
}
