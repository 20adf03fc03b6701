using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Engine.Containers.Usage;
using Slipway.Engine.Inspecting;
using Slipway.Linux.Processes;

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
        ["pids_stats"] = Usage.Pids > 0 ? new JsonObject { ["current"] = Usage.Pids } : [],
        ["blkio_stats"] = new JsonObject
        {
            ["io_service_bytes_recursive"] = Usage.Container.IsRunning ? new JsonArray(Disk(s_isUnified ? "read" : "Read", Usage.DiskRead), Disk(s_isUnified ? "write" : "Write", Usage.DiskWritten)) : null,
            ["io_serviced_recursive"] = null,
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
        // What clients take away from it, pages that nobody has asked for lately, is taken away already.
        ["memory_stats"] = Usage.Container.IsRunning ? new JsonObject { ["usage"] = Usage.MemoryBytes, ["limit"] = Usage.MemoryLimit, ["stats"] = new JsonObject() } : [],
        ["networks"] = Usage.Container.IsRunning && Usage.Container.Request.Network is not ("host" or "none") ? new JsonObject { ["eth0"] = Network() } : null,
    };

    private static JsonObject Cpu(StatsReading? reading) => new()
    {
        ["cpu_usage"] = new JsonObject { ["total_usage"] = reading?.Usage.CpuNanoseconds ?? 0, ["usage_in_kernelmode"] = 0, ["usage_in_usermode"] = 0 },
        ["system_cpu_usage"] = reading?.HostCpu ?? 0,
        ["online_cpus"] = reading is null ? 0 : Environment.ProcessorCount,
        ["throttling_data"] = new JsonObject { ["periods"] = 0, ["throttled_periods"] = 0, ["throttled_time"] = 0 },
    };

    private static JsonObject Disk(string operation, ulong bytes) => new() { ["major"] = 0, ["minor"] = 0, ["op"] = operation, ["value"] = bytes };

    private JsonObject Network() => new()
    {
        ["rx_bytes"] = Usage.NetworkReceived,
        ["rx_packets"] = 0,
        ["rx_errors"] = 0,
        ["rx_dropped"] = 0,
        ["tx_bytes"] = Usage.NetworkSent,
        ["tx_packets"] = 0,
        ["tx_errors"] = 0,
        ["tx_dropped"] = 0,
    };

    // "cpu  user nice system idle iowait irq softirq steal …": all of the first eight, as docker counts.
    private static ulong HostCpuNow()
    {
        const int Counted = 8;
        string line = (SmallFile.TryReadText("/proc/stat") ?? "").Split('\n')[0];
        return line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(Counted)
            .Aggregate(0UL, static (sum, field) => sum + (ulong.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out ulong ticks) ? ticks : 0)) * NanosecondsPerTick;
    }
}
