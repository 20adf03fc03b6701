using Slipway.Oci.Runtime;
using Slipway.Runtime.Lifecycle;
using Xunit;

namespace Slipway.Runtime.Tests.Lifecycle;

public sealed class ResourcesMergeTests
{
    private static readonly ResourcesSpec s_old = new()
    {
        Devices = [new DeviceRule { Allow = false }],
        Memory = new MemorySpec { Limit = 10, Swap = 20, Swappiness = 30 },
        Cpu = new CpuSpec { Shares = 1, Quota = 2, Period = 3, Cpus = "0" },
        Pids = new PidsSpec { Limit = 4 },
        BlockIO = new BlockIOSpec { Weight = 100 },
        HugepageLimits = [new HugepageLimit { PageSize = "2MB", Limit = 1 }, new HugepageLimit { PageSize = "1GB", Limit = 2 }],
        Unified = new Dictionary<string, string> { ["memory.high"] = "1", ["pids.max"] = "2" },
    };

    [Fact]
    public void Over_NothingNamed_LeavesAll()
    {
        ResourcesSpec changes = new()
        {
            Memory = new MemorySpec { Limit = 0, Swap = 0, Reservation = 0 },
            Cpu = new CpuSpec { Shares = 0, Quota = 0, Period = 0, Cpus = "" },
            Pids = new PidsSpec { Limit = 0 },
            BlockIO = new BlockIOSpec { Weight = 0 },
        };
        ResourcesSpec merged = ResourcesMerge.Over(s_old, changes);
        Assert.Equal(s_old, merged);
    }

    [Fact]
    public void Over_SomeNamed_ReplacesThese()
    {
        ResourcesSpec merged = ResourcesMerge.Over(s_old, new()
        {
            Memory = new MemorySpec { Limit = -1 },
            Cpu = new CpuSpec { Quota = -1, Idle = 0 },
            Pids = new PidsSpec { Limit = -1 },
            HugepageLimits = [new HugepageLimit { PageSize = "2MB", Limit = 9 }],
            Unified = new Dictionary<string, string> { ["pids.max"] = "max" },
        });
        Assert.Equal(new MemorySpec { Limit = -1, Swap = -1, Swappiness = 30 }, merged.Memory);
        Assert.Equal(new CpuSpec { Shares = 1, Quota = -1, Period = 3, Cpus = "0", Idle = 0 }, merged.Cpu);
        Assert.Equal(-1, merged.Pids!.Limit);
        Assert.Equal([("1GB", 2UL), ("2MB", 9UL)], merged.HugepageLimits!.Select(limit => (limit.PageSize, limit.Limit)));
        Assert.Equal("1 max", string.Join(' ', merged.Unified!.OrderBy(pair => pair.Key).Select(pair => pair.Value)));
        Assert.Same(s_old.Devices, merged.Devices);
    }
}
