using System.Globalization;

namespace Slipway.Runtime.Cgroups.Statistics;

/// <summary>Reads the counters of either version's files (cgroup-v1/cpuacct.rst, memory.rst, blkio-controller.rst; cgroup-v2.rst).</summary>
/// <param name="read">A file's text by its name; null where the group has none such.</param>
internal sealed class StatisticsReader(Func<string, string?> read)
{
    private const ulong NanosecondsPerTick = 1_000_000_000 / 100; // USER_HZ, 100 on every platform of .NET
    private const ulong NanosecondsPerMicrosecond = 1000;

    // Bytes and operations of io.stat, by the words of v1.
    private static readonly (string Bytes, string Operations, string Name)[] s_unifiedOperations =
        [("rbytes", "rios", "Read"), ("wbytes", "wios", "Write"), ("dbytes", "dios", "Discard")];

    public CgroupStatistics Read(bool unified) => new()
    {
        Cpu = unified ? CpuV2() : CpuV1(),
        Cpuset = Cpuset(),
        Memory = unified ? MemoryV2() : MemoryV1(),
        Pids = Pids(),
        BlockIO = unified ? BlockV2() : BlockV1(),
        Hugepages = Hugepages(unified),
    };

    private CpuStatistics CpuV1()
    {
        Dictionary<string, ulong> times = Pairs("cpuacct.stat"), bandwidth = Pairs("cpu.stat");
        return new()
        {
            Total = Number("cpuacct.usage"),
            Kernel = times.GetValueOrDefault("system") * NanosecondsPerTick,
            User = times.GetValueOrDefault("user") * NanosecondsPerTick,
            PerCpu = [.. (read("cpuacct.usage_percpu") ?? "").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(Parse)],
            Periods = bandwidth.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = bandwidth.GetValueOrDefault("nr_throttled"),
            ThrottledTime = bandwidth.GetValueOrDefault("throttled_time"),
        };
    }

    private CpuStatistics CpuV2()
    {
        Dictionary<string, ulong> all = Pairs("cpu.stat");
        return new()
        {
            Total = all.GetValueOrDefault("usage_usec") * NanosecondsPerMicrosecond,
            Kernel = all.GetValueOrDefault("system_usec") * NanosecondsPerMicrosecond,
            User = all.GetValueOrDefault("user_usec") * NanosecondsPerMicrosecond,
            Periods = all.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = all.GetValueOrDefault("nr_throttled"),
            ThrottledTime = all.GetValueOrDefault("throttled_usec") * NanosecondsPerMicrosecond,
        };
    }

    // Both versions name the lists alike; the switches are v1's.
    private CpusetStatistics? Cpuset() => read("cpuset.cpus") is not { } cpus ? null : new()
    {
        Cpus = NumberList.Parse(cpus),
        Mems = NumberList.Parse(read("cpuset.mems") ?? ""),
        CpuExclusive = Number("cpuset.cpu_exclusive"),
        MemExclusive = Number("cpuset.mem_exclusive"),
        MemHardwall = Number("cpuset.mem_hardwall"),
        MemoryMigrate = Number("cpuset.memory_migrate"),
        MemoryPressure = Number("cpuset.memory_pressure"),
        MemorySpreadPage = Number("cpuset.memory_spread_page"),
        MemorySpreadSlab = Number("cpuset.memory_spread_slab"),
        SchedLoadBalance = Number("cpuset.sched_load_balance"),
        SchedRelaxDomainLevel = long.TryParse(read("cpuset.sched_relax_domain_level"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long level) ? level : 0,
    };

    private MemoryStatistics? MemoryV1()
    {
        if (read("memory.usage_in_bytes") is null)
            return null;
        Dictionary<string, ulong> raw = Pairs("memory.stat");
        return new()
        {
            Cache = raw.GetValueOrDefault("total_cache", raw.GetValueOrDefault("cache")),
            Usage = UsageV1("memory."),
            Swap = UsageV1("memory.memsw."),
            Kernel = UsageV1("memory.kmem."),
            KernelTcp = UsageV1("memory.kmem.tcp."),
            Raw = raw,
        };
    }

    private MemoryStatistics? MemoryV2()
    {
        if (read("memory.current") is null)
            return null;
        Dictionary<string, ulong> raw = Pairs("memory.stat");
        return new()
        {
            Cache = raw.GetValueOrDefault("file"),
            Usage = new() { Usage = Number("memory.current"), Max = Number("memory.peak"), Limit = Number("memory.max"), FailCount = Pairs("memory.events").GetValueOrDefault("max") },
            Swap = new() { Usage = Number("memory.swap.current"), Max = Number("memory.swap.peak"), Limit = Number("memory.swap.max"), FailCount = Pairs("memory.swap.events").GetValueOrDefault("max") },
            Kernel = new(),
            KernelTcp = new(),
            Raw = raw,
        };
    }

    private UsageStatistics UsageV1(string prefix) => new()
    {
        Usage = Number(prefix + "usage_in_bytes"),
        Max = Number(prefix + "max_usage_in_bytes"),
        FailCount = Number(prefix + "failcnt"),
        Limit = Number(prefix + "limit_in_bytes"),
    };

    private PidsStatistics? Pids()
    {
        if (read("pids.current") is null)
            return null;
        ulong limit = Number("pids.max");
        return new() { Current = Number("pids.current"), Limit = limit == ulong.MaxValue ? 0 : limit };
    }

    // "8:0 Read 4096"; the sums over all devices stand on a line without one.
    private BlockIOStatistics BlockV1()
    {
        IReadOnlyList<BlockIOEntry> Entries(string file) =>
        [
            .. Lines(file).Select(line => line.Split([' ', ':'])).Where(words => words.Length == 4)
                .Select(words => new BlockIOEntry(Parse(words[0]), Parse(words[1]), words[2], Parse(words[3]))),
        ];
        return new() { ServiceBytes = Entries("blkio.throttle.io_service_bytes_recursive"), Serviced = Entries("blkio.throttle.io_serviced_recursive") };
    }

    // "8:0 rbytes=4096 wbytes=0 rios=1 …"
    private BlockIOStatistics BlockV2()
    {
        List<BlockIOEntry> bytes = [], operations = [];
        foreach (string line in Lines("io.stat"))
        {
            string[] words = line.Split(' ');
            string[] device = words[0].Split(':');
            if (device.Length != 2)
                continue;
            Dictionary<string, ulong> values = words.Skip(1).Select(word => word.Split('=')).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => Parse(pair[1]));
            foreach ((string inBytes, string inOperations, string name) in s_unifiedOperations)
            {
                bytes.Add(new(Parse(device[0]), Parse(device[1]), name, values.GetValueOrDefault(inBytes)));
                operations.Add(new(Parse(device[0]), Parse(device[1]), name, values.GetValueOrDefault(inOperations)));
            }
        }
        return new() { ServiceBytes = bytes, Serviced = operations };
    }

    private Dictionary<string, UsageStatistics> Hugepages(bool unified)
    {
        var found = new Dictionary<string, UsageStatistics>();
        foreach (string size in (string[])["64KB", "2MB", "1GB"])
        {
            string prefix = $"hugetlb.{size}.";
            if (read(prefix + (unified ? "current" : "usage_in_bytes")) is null)
                continue;
            found[size] = unified
                ? new() { Usage = Number(prefix + "current"), Limit = Number(prefix + "max"), FailCount = Pairs(prefix + "events").GetValueOrDefault("max") }
                : UsageV1(prefix);
        }
        return found;
    }

    private Dictionary<string, ulong> Pairs(string file)
    {
        var pairs = new Dictionary<string, ulong>();
        foreach (string line in Lines(file))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0)
                pairs[line[..space]] = Parse(line[(space + 1)..]);
        }
        return pairs;
    }

    private string[] Lines(string file) => (read(file) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private ulong Number(string file) => Parse(read(file) ?? "0");

    // "max" is without limit. What isn't a number is a figure that this kernel doesn't give.
    private static ulong Parse(string text) => text.Trim() is var value && value == "max"
        ? ulong.MaxValue
        : ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : 0;
}
