using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Engine.Containers.Usage;
using Slipway.Engine.Inspecting;
using Slipway.Linux.Processes;
using Slipway.Runtime.Cgroups.Statistics;

namespace Slipway.Api.Contracts;

/// <summary>A reading of <c>GET /containers/{id}/stats</c> (ContainerStatsResponse): what it uses now, and the processor time of the reading before.</summary>
/// <param name="Usage">What it uses.</param>
/// <param name="Time">When it was read.</param>
/// <param name="HostCpu">Processor time of the whole host, in nanoseconds, at that time.</param>
internal sealed record StatsReading(ContainerUsage Usage, DateTimeOffset Time, ulong HostCpu)
{
    private const ulong NanosecondsPerTick = 10_000_000; // USER_HZ is 100 on every machine that this runs on: proc_stat(5)

    // As docker has them: those of cgroup v1 are the kernel's own words.
    private static readonly bool s_isUnified = File.Exists("/sys/fs/cgroup/cgroup.controllers");

    public static StatsReading Now(ContainerUsage usage, TimeProvider clock) => new(usage, clock.GetUtcNow(), HostCpuNow());

    public JsonObject With(StatsReading? before) => new()
    {
        ["name"] = "/" + Usage.Container.Name,
        ["id"] = Usage.Container.Id,
        ["read"] = InspectJson.Time(Usage.Container.IsRunning ? Time : null),
        ["preread"] = InspectJson.Time(before?.Time),
        ["pids_stats"] = Pids(),
        ["blkio_stats"] = new JsonObject
        {
            ["io_service_bytes_recursive"] = Usage.Container.IsRunning ? Disks() : null,
            ["io_serviced_recursive"] = Usage.Counted?.BlockIO.Serviced is { Count: > 0 } operations ? Disks(operations) : null,
            ["io_queue_recursive"] = null,
            ["io_service_time_recursive"] = null,
            ["io_wait_time_recursive"] = null,
            ["io_merged_recursive"] = null,
            ["io_time_recursive"] = null,
            ["sectors_recursive"] = null,
        },
        ["num_procs"] = 0,
        ["storage_stats"] = new JsonObject(),
        ["cpu_stats"] = Cpu(this),
        ["precpu_stats"] = Cpu(before),
        ["memory_stats"] = Usage.Container.IsRunning ? Memory() : [],
        ["networks"] = Usage.Container.IsRunning && Usage.Container.Request.Network is not ("host" or "none") ? new JsonObject(Usage.Networks.Select(Network)) : null,
    };

    private static JsonObject Cpu(StatsReading? reading)
    {
        CpuStatistics? counted = reading?.Usage.Counted?.Cpu;
        JsonObject usage = new() { ["total_usage"] = reading?.Usage.CpuNanoseconds ?? 0, ["usage_in_kernelmode"] = counted?.Kernel ?? 0, ["usage_in_usermode"] = counted?.User ?? 0 };
        if (counted?.PerCpu is { Count: > 0 } each)
            usage["percpu_usage"] = new JsonArray([.. each.Select(c => (JsonNode)c)]);
        return new()
        {
            ["cpu_usage"] = usage,
            ["system_cpu_usage"] = reading?.HostCpu ?? 0,
            ["online_cpus"] = reading is null ? 0 : Environment.ProcessorCount,
            ["throttling_data"] = new JsonObject
            {
                ["periods"] = counted?.Periods ?? 0, ["throttled_periods"] = counted?.ThrottledPeriods ?? 0, ["throttled_time"] = counted?.ThrottledTime ?? 0,
            },
        };
    }

    // The kernel's figures, from which clients take pages away that nobody has asked for lately; where it doesn't count, ours, from which nothing is to be taken.
    private JsonObject Memory()
    {
        if (Usage.Counted?.Memory is not { } counted)
            return new() { ["usage"] = Usage.MemoryBytes, ["limit"] = Usage.MemoryLimit, ["stats"] = new JsonObject() };
        JsonObject memory = new() { ["usage"] = counted.Usage.Usage, ["limit"] = Usage.MemoryLimit, ["stats"] = new JsonObject(counted.Raw.Select(r => KeyValuePair.Create(r.Key, (JsonNode?)r.Value))) };
        if (!s_isUnified)
        {
            memory["max_usage"] = counted.Usage.Max;
            memory["failcnt"] = counted.Usage.FailCount;
        }
        return memory;
    }

    private JsonObject Pids()
    {
        JsonObject pids = [];
        if (Usage.Pids > 0)
            pids["current"] = Usage.Pids;
        if (Usage.Counted?.Pids is { Limit: > 0 } counted)
            pids["limit"] = counted.Limit;
        return pids;
    }

    // Of each disk; where the kernel doesn't count by disk, of all together.
    private JsonArray Disks() => Usage.Counted?.BlockIO.ServiceBytes is { Count: > 0 } each ? Disks(each) : Disks([new(0, 0, "Read", Usage.DiskRead), new(0, 0, "Write", Usage.DiskWritten)]);

    private static JsonArray Disks(IReadOnlyList<BlockIOEntry> entries) => new([.. entries.Select(Disk)]);

    private static JsonNode Disk(BlockIOEntry entry) => new JsonObject
    {
        ["major"] = entry.Major, ["minor"] = entry.Minor, ["op"] = s_isUnified ? entry.Operation.ToLowerInvariant() : entry.Operation, ["value"] = entry.Value,
    };

    private static KeyValuePair<string, JsonNode?> Network(NetworkUsage device) => new(device.Name, new JsonObject
    {
        ["rx_bytes"] = device.Received.Bytes,
        ["rx_packets"] = device.Received.Packets,
        ["rx_errors"] = device.Received.Errors,
        ["rx_dropped"] = device.Received.Dropped,
        ["tx_bytes"] = device.Sent.Bytes,
        ["tx_packets"] = device.Sent.Packets,
        ["tx_errors"] = device.Sent.Errors,
        ["tx_dropped"] = device.Sent.Dropped,
    });

    // "cpu  user nice system idle iowait irq softirq steal …": all of the first eight, as docker counts.
    private static ulong HostCpuNow()
    {
        const int Counted = 8;
        string line = (SmallFile.TryReadText("/proc/stat") ?? "").Split('\n')[0];
        return line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(Counted)
            .Aggregate(0UL, static (sum, field) => sum + (ulong.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out ulong ticks) ? ticks : 0)) * NanosecondsPerTick;
    }
}
