using Slipway.Oci.Json;
using Slipway.Runtime.Cgroups.Statistics;

namespace Slipway.Runtime.Lifecycle;

/// <summary>What <c>events</c> prints, an object a line, with the member names that runc's callers know. What the cgroups don't count is left out.</summary>
internal static class ContainerEventJson
{
    public static byte[] Oom(string id) => JsonWriter.Document(id, static (json, id) =>
    {
        json.Write("type"u8, "oom");
        json.Write("id"u8, id);
    });

    public static byte[] Stats(string id, CgroupStatistics statistics) => JsonWriter.Document(statistics, (json, statistics) =>
    {
        json.Write("type"u8, "stats");
        json.Write("id"u8, id);
        json.Write("data"u8, statistics, Write);
    });

    private static void Write(JsonWriter json, CgroupStatistics statistics)
    {
        json.Write("cpu"u8, statistics.Cpu, Write);
        json.Write("cpuset"u8, statistics.Cpuset, Write);
        json.Write("memory"u8, statistics.Memory, Write);
        json.Write("pids"u8, statistics.Pids, static (json, pids) =>
        {
            json.Write("current"u8, pids.Current);
            json.Write("limit"u8, pids.Limit);
        });
        json.Write("blkio"u8, statistics.BlockIO, static (json, block) =>
        {
            json.Write("ioServiceBytesRecursive"u8, block.ServiceBytes, Write);
            json.Write("ioServicedRecursive"u8, block.Serviced, Write);
        });
        json.Write("hugetlb"u8, statistics.Hugepages, static (json, pages) =>
        {
            json.Write("usage"u8, pages.Usage);
            json.Write("max"u8, pages.Max);
            json.Write("failcnt"u8, pages.FailCount);
        });
    }

    private static void Write(JsonWriter json, CpuStatistics cpu)
    {
        json.Write("usage"u8, cpu, static (json, cpu) =>
        {
            json.Write("total"u8, cpu.Total);
            json.Write("percpu"u8, cpu.PerCpu.Count > 0 ? cpu.PerCpu : null);
            json.Write("kernel"u8, cpu.Kernel);
            json.Write("user"u8, cpu.User);
        });
        json.Write("throttling"u8, cpu, static (json, cpu) =>
        {
            json.Write("periods"u8, cpu.Periods);
            json.Write("throttledPeriods"u8, cpu.ThrottledPeriods);
            json.Write("throttledTime"u8, cpu.ThrottledTime);
        });
    }

    private static void Write(JsonWriter json, CpusetStatistics cpuset)
    {
        json.Write("cpus"u8, cpuset.Cpus);
        json.Write("cpu_exclusive"u8, cpuset.CpuExclusive);
        json.Write("mems"u8, cpuset.Mems);
        json.Write("mem_hardwall"u8, cpuset.MemHardwall);
        json.Write("mem_exclusive"u8, cpuset.MemExclusive);
        json.Write("memory_migrate"u8, cpuset.MemoryMigrate);
        json.Write("memory_spread_page"u8, cpuset.MemorySpreadPage);
        json.Write("memory_spread_slab"u8, cpuset.MemorySpreadSlab);
        json.Write("memory_pressure"u8, cpuset.MemoryPressure);
        json.Write("sched_load_balance"u8, cpuset.SchedLoadBalance);
        json.Write("sched_relax_domain_level"u8, cpuset.SchedRelaxDomainLevel);
    }

    private static void Write(JsonWriter json, MemoryStatistics memory)
    {
        json.Write("cache"u8, memory.Cache);
        json.Write("usage"u8, memory.Usage, Write);
        json.Write("swap"u8, memory.Swap, Write);
        json.Write("kernel"u8, memory.Kernel, Write);
        json.Write("kernelTCP"u8, memory.KernelTcp, Write);
        json.Write("raw"u8, memory.Raw);
    }

    private static void Write(JsonWriter json, UsageStatistics usage)
    {
        json.Write("limit"u8, usage.Limit);
        json.Write("usage"u8, usage.Usage);
        json.Write("max"u8, usage.Max);
        json.Write("failcnt"u8, usage.FailCount);
    }

    private static void Write(JsonWriter json, BlockIOEntry entry)
    {
        json.Write("major"u8, entry.Major);
        json.Write("minor"u8, entry.Minor);
        json.Write("op"u8, entry.Operation);
        json.Write("value"u8, entry.Value);
    }
}
