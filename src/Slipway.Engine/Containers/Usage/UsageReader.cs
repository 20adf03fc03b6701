using Slipway.Linux.Processes;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Cgroups.Statistics;
using Slipway.Runtime.State;

namespace Slipway.Engine.Containers.Usage;

/// <summary>
/// Reads what containers use, one reading after another: the processor's share is what came to be between two. On cgroup v1 a container without
/// limits is in few hierarchies (its start is faster so); what those don't count is added up from its processes.
/// </summary>
public sealed class UsageReader
{
    private readonly EngineContext _context;
    private readonly Dictionary<string, (ulong CpuNanoseconds, long Timestamp)> _last = [];
    private readonly Lazy<ulong> _hostMemory = new(HostMemory);

    internal UsageReader(EngineContext context) => _context = context;

    /// <summary>A reading of one container.</summary>
    public ContainerUsage Read(ContainerRecord container)
    {
        var none = new ContainerUsage { Container = container };
        if (!container.IsRunning || ContainerProbe.ReadState(_context.Paths.Run(container.Id)) is not { } state || !ContainerProbe.IsAlive(state))
            return none;
        Cgroup cgroup = Cgroup.Open(state.CgroupPaths);
        CgroupStatistics counted = cgroup.Statistics();
        var processes = new Lazy<ProcessUsage[]>(() => [.. cgroup.Processes().Select(ProcessUsage.TryRead).OfType<ProcessUsage>()]);
        long now = _context.Options.Clock.GetTimestamp();
        ulong cpu = counted.Cpu.Total > 0 ? counted.Cpu.Total : Sum(processes, static process => process.CpuNanoseconds);
        return none with
        {
            CpuNanoseconds = cpu,
            CpuPercent = CpuSince(container.Id, cpu, now),
            MemoryBytes = counted.Memory is { } memory ? InUse(memory) : Sum(processes, static process => process.MemoryBytes),
            MemoryLimit = Math.Min(counted.Memory?.Usage.Limit ?? ulong.MaxValue, _hostMemory.Value),
            Counted = counted,
            Networks = container.Request.Network == "host" ? [] : NetworkUsage.Of(state.Pid),
            DiskRead = counted.BlockIO.ServiceBytes.Count > 0 ? Bytes(counted, "Read") : Sum(processes, static process => process.BytesRead),
            DiskWritten = counted.BlockIO.ServiceBytes.Count > 0 ? Bytes(counted, "Write") : Sum(processes, static process => process.BytesWritten),
            Pids = counted.Pids?.Current ?? (ulong)processes.Value.Length,
        };
    }

    private double CpuSince(string id, ulong cpu, long now)
    {
        bool first = !_last.TryGetValue(id, out (ulong CpuNanoseconds, long Timestamp) before);
        _last[id] = (cpu, now);
        double passed = _context.Options.Clock.GetElapsedTime(before.Timestamp, now).TotalNanoseconds;
        // Less than before: it was started again, or a process that was counted has ended and nobody of it waited for that.
        return first || cpu < before.CpuNanoseconds || passed <= 0 ? 0 : 100 * (cpu - before.CpuNanoseconds) / passed;
    }

    // As docker's client: v1 has the figure of the group with all below it by another name.
    private static ulong InUse(MemoryStatistics memory)
    {
        ulong idle = memory.Raw.GetValueOrDefault("total_inactive_file", memory.Raw.GetValueOrDefault("inactive_file"));
        return idle < memory.Usage.Usage ? memory.Usage.Usage - idle : memory.Usage.Usage;
    }

    private static ulong Bytes(CgroupStatistics counted, string operation) =>
        counted.BlockIO.ServiceBytes.Where(entry => entry.Operation == operation).Aggregate(0UL, static (sum, entry) => sum + entry.Value);

    private static ulong Sum(Lazy<ProcessUsage[]> processes, Func<ProcessUsage, ulong> figure) => processes.Value.Aggregate(0UL, (sum, process) => sum + figure(process));

    // proc_meminfo(5).
    private static ulong HostMemory()
    {
        const string Total = "MemTotal:";
        string line = (SmallFile.TryReadText("/proc/meminfo") ?? "").Split('\n').FirstOrDefault(l => l.StartsWith(Total, StringComparison.Ordinal)) ?? "";
        return line.Length > 0 && ulong.TryParse(line[Total.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), out ulong kilobytes) ? kilobytes * 1024 : ulong.MaxValue;
    }
}
