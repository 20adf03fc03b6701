using Slipway.Runtime.Cgroups.Statistics;
using Xunit;

namespace Slipway.Runtime.Tests.Cgroups;

public sealed class StatisticsReaderTests
{
    [Fact]
    public void Read_V1Files_AreInNanosecondsAndBytes()
    {
        CgroupStatistics read = new StatisticsReader(Files(new()
        {
            ["cpuacct.usage"] = "123456789",
            ["cpuacct.stat"] = "user 3\nsystem 2",
            ["cpuacct.usage_percpu"] = "1 2 ",
            ["cpu.stat"] = "nr_periods 4\nnr_throttled 1\nthrottled_time 77",
            ["memory.usage_in_bytes"] = "4096",
            ["memory.limit_in_bytes"] = "9223372036854771712",
            ["memory.stat"] = "cache 1\ntotal_cache 2",
            ["pids.current"] = "3",
            ["pids.max"] = "max",
            ["blkio.throttle.io_service_bytes_recursive"] = "8:0 Read 512\n8:0 Write 0\nTotal 512",
            ["hugetlb.2MB.usage_in_bytes"] = "2097152",
        })).Read(unified: false);
        Assert.Equal((123456789UL, 20_000_000UL, 30_000_000UL), (read.Cpu.Total, read.Cpu.Kernel, read.Cpu.User));
        Assert.Equal([1UL, 2UL], read.Cpu.PerCpu);
        Assert.Equal((4UL, 1UL, 77UL), (read.Cpu.Periods, read.Cpu.ThrottledPeriods, read.Cpu.ThrottledTime));
        Assert.Equal((4096UL, 9223372036854771712UL, 2UL), (read.Memory!.Usage.Usage, read.Memory.Usage.Limit, read.Memory.Cache));
        Assert.Equal((3UL, 0UL), (read.Pids!.Current, read.Pids.Limit));
        Assert.Equal([new BlockIOEntry(8, 0, "Read", 512), new BlockIOEntry(8, 0, "Write", 0)], read.BlockIO.ServiceBytes);
        Assert.Equal(2097152UL, read.Hugepages["2MB"].Usage);
    }

    [Fact]
    public void Read_V2Files_AreTheSameFigures()
    {
        CgroupStatistics read = new StatisticsReader(Files(new()
        {
            ["cpu.stat"] = "usage_usec 5\nuser_usec 3\nsystem_usec 2\nnr_periods 4\nnr_throttled 1\nthrottled_usec 7",
            ["memory.current"] = "4096",
            ["memory.max"] = "max",
            ["memory.events"] = "low 0\nmax 6",
            ["memory.stat"] = "anon 1\nfile 2",
            ["pids.current"] = "3",
            ["pids.max"] = "20",
            ["io.stat"] = "8:0 rbytes=512 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n7:0 ",
        })).Read(unified: true);
        Assert.Equal((5000UL, 2000UL, 3000UL, 7000UL), (read.Cpu.Total, read.Cpu.Kernel, read.Cpu.User, read.Cpu.ThrottledTime));
        Assert.Equal((4096UL, ulong.MaxValue, 6UL, 2UL), (read.Memory!.Usage.Usage, read.Memory.Usage.Limit, read.Memory.Usage.FailCount, read.Memory.Cache));
        Assert.Equal(20UL, read.Pids!.Limit);
        Assert.Contains(new BlockIOEntry(8, 0, "Read", 1), read.BlockIO.Serviced);
        Assert.Empty(read.Hugepages);
    }

    [Fact]
    public void Read_NothingCounted_IsNoError()
    {
        CgroupStatistics read = new StatisticsReader(Files([])).Read(unified: false);
        Assert.Null(read.Memory);
        Assert.Null(read.Pids);
        Assert.Equal(0UL, read.Cpu.Total);
    }

    private static Func<string, string?> Files(Dictionary<string, string> files) => name => files.GetValueOrDefault(name);
}
