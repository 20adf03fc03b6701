using System.Text;
using Slipway.Runtime.Cgroups.Statistics;
using Slipway.Runtime.Lifecycle;
using Xunit;

namespace Slipway.Runtime.Tests.Lifecycle;

public sealed class ContainerEventJsonTests
{
    [Fact]
    public void Stats_EveryFigure_HasTheNameThatCallersKnow()
    {
        var statistics = new CgroupStatistics
        {
            Cpu = new() { Total = 1, Kernel = 2, User = 3, PerCpu = [4, 5], Periods = 6, ThrottledPeriods = 7, ThrottledTime = 8 },
            Cpuset = new() { Cpus = [0, 1], Mems = [0], SchedRelaxDomainLevel = -1 },
            Memory = new()
            {
                Cache = 9,
                Usage = new() { Usage = 10, Max = 11, FailCount = 12, Limit = ulong.MaxValue },
                Swap = new(),
                Kernel = new(),
                KernelTcp = new(),
                Raw = new Dictionary<string, ulong> { ["anon"] = 13 },
            },
            Pids = new() { Current = 14, Limit = 15 },
            BlockIO = new() { ServiceBytes = [new(8, 0, "Read", 16)] },
            Hugepages = new Dictionary<string, UsageStatistics> { ["2MB"] = new() { Usage = 17 } },
        };
        const string Zero = """{"limit":0,"usage":0,"max":0,"failcnt":0}""";
        Assert.Equal(
            """{"type":"stats","id":"x","data":{"cpu":{"usage":{"total":1,"percpu":[4,5],"kernel":2,"user":3},"throttling":{"periods":6,"throttledPeriods":7,"throttledTime":8}}"""
            + ""","cpuset":{"cpus":[0,1],"cpu_exclusive":0,"mems":[0],"mem_hardwall":0,"mem_exclusive":0,"memory_migrate":0,"memory_spread_page":0,"memory_spread_slab":0"""
            + ""","memory_pressure":0,"sched_load_balance":0,"sched_relax_domain_level":-1}"""
            + $$$""","memory":{"cache":9,"usage":{"limit":18446744073709551615,"usage":10,"max":11,"failcnt":12},"swap":{{{Zero}}},"kernel":{{{Zero}}},"kernelTCP":{{{Zero}}},"raw":{"anon":13}}"""
            + ""","pids":{"current":14,"limit":15},"blkio":{"ioServiceBytesRecursive":[{"major":8,"minor":0,"op":"Read","value":16}],"ioServicedRecursive":[]}"""
            + ""","hugetlb":{"2MB":{"usage":17,"max":0,"failcnt":0}}}}""",
            Encoding.UTF8.GetString(ContainerEventJson.Stats("x", statistics)));
    }

    [Fact]
    public void Stats_NothingCounted_LeavesItOut()
    {
        var statistics = new CgroupStatistics { Cpu = new(), BlockIO = new(), Hugepages = new Dictionary<string, UsageStatistics>() };
        string text = Encoding.UTF8.GetString(ContainerEventJson.Stats("x", statistics));
        Assert.DoesNotContain("memory", text, StringComparison.Ordinal);
        Assert.DoesNotContain("pids", text, StringComparison.Ordinal);
        Assert.DoesNotContain("cpuset", text, StringComparison.Ordinal);
        Assert.DoesNotContain("percpu", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Oom_HasNoData() => Assert.Equal("""{"type":"oom","id":"x"}""", Encoding.UTF8.GetString(ContainerEventJson.Oom("x")));

    [Theory]
    [InlineData("", "")]
    [InlineData("0-2,5", "0 1 2 5")]
    [InlineData("3\n", "3")]
    [InlineData("5-3,x,1-", "")]
    [InlineData("99999999999", "")]
    public void Parse_ListOfNumbers_IsOneByOne(string text, string expected) => Assert.Equal(expected, string.Join(' ', NumberList.Parse(text)));
}
