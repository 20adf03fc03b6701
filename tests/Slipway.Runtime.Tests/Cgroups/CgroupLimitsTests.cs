using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Xunit;

namespace Slipway.Runtime.Tests.Cgroups;

public sealed class CgroupLimitsTests
{
    private static readonly ResourcesSpec s_all = new()
    {
        Pids = new PidsSpec { Limit = 10 },
        Memory = new MemorySpec { Limit = 100, Swap = 300, Reservation = 50 },
        Cpu = new CpuSpec { Shares = 1024, Quota = 50_000, Period = 100_000, Cpus = "0" },
        Devices = [new DeviceRule { Allow = false }, new DeviceRule { Allow = true, Type = "c", Major = 1, Minor = 3, Access = "rw" }],
    };

    [Fact]
    public void ForV1_Everything_IsInTheKernelsOrder() => Assert.Equal(
        [
            "pids.max=10", "memory.limit_in_bytes=100", "memory.memsw.limit_in_bytes=300", "memory.soft_limit_in_bytes=50", "cpu.shares=1024",
            "cpu.cfs_period_us=100000", "cpu.cfs_quota_us=50000", "cpuset.cpus=0", "devices.deny=a *:* rwm", "devices.allow=c 1:3 rw",
        ],
        CgroupLimits.ForV1(s_all).Select(setting => $"{setting.File}={setting.Value}"));

    [Fact]
    public void ForV2_Everything_IsTranslated() => Assert.Equal(
        ["pids.max=10", "memory.max=100", "memory.swap.max=200", "memory.low=50", "cpu.weight=39", "cpu.max=50000 100000", "cpuset.cpus=0"],
        CgroupLimits.ForV2(s_all).Select(setting => $"{setting.File}={setting.Value}"));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(262144, 10000)]
    [InlineData(ulong.MaxValue, 10000)]
    public void Weight_EndsOfShares_AreEndsOfWeights(ulong shares, ulong weight) => Assert.Equal(weight, CgroupLimits.Weight(shares));

    [Fact]
    public void ForV2_SwapBelowMemory_IsRefused() =>
        Assert.Throws<SlipwayException>(() => CgroupLimits.ForV2(new ResourcesSpec { Memory = new MemorySpec { Limit = 100, Swap = 50 } }));

    [Theory]
    [InlineData("cgroup.procs")]
    [InlineData("../memory.max")]
    [InlineData("memory")]
    public void ForV2_FileThatIsNoControllers_IsRefused(string file) =>
        Assert.Throws<SlipwayException>(() => CgroupLimits.ForV2(new ResourcesSpec { Unified = new Dictionary<string, string> { [file] = "1" } }));
}
