using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Lifecycle;

/// <summary>Limits as they are after others were set over them.</summary>
internal static class ResourcesMerge
{
    /// <summary>What the changes name, and the old for the rest. Lists of rules are replaced, entries by name are added to.</summary>
    public static ResourcesSpec Over(ResourcesSpec old, ResourcesSpec changes) => new()
    {
        Devices = changes.Devices is { Count: > 0 } ? changes.Devices : old.Devices,
        Memory = Memory(old.Memory, changes.Memory),
        Cpu = Cpu(old.Cpu, changes.Cpu),
        Pids = changes.Pids is { Limit: not 0 } ? changes.Pids : old.Pids,
        BlockIO = BlockIO(old.BlockIO, changes.BlockIO),
        HugepageLimits = changes.HugepageLimits is { } pages
            ? [.. (old.HugepageLimits ?? []).ExceptBy(pages.Select(limit => limit.PageSize), limit => limit.PageSize), .. pages]
            : old.HugepageLimits,
        Network = changes.Network is { } network
            ? new() { ClassId = network.ClassId ?? old.Network?.ClassId, Priorities = network.Priorities ?? old.Network?.Priorities }
            : old.Network,
        Rdma = Entries(old.Rdma, changes.Rdma),
        Unified = Entries(old.Unified, changes.Unified),
    };

    private static MemorySpec? Memory(MemorySpec? old, MemorySpec? changes) => changes is null ? old : new()
    {
        Limit = Named(changes.Limit) ?? old?.Limit,
        Reservation = Named(changes.Reservation) ?? old?.Reservation,
        // Memory without limit takes the one of memory and swap together with it.
        Swap = Named(changes.Swap) ?? (changes.Limit < 0 ? -1 : old?.Swap),
        Kernel = Named(changes.Kernel) ?? old?.Kernel,
        KernelTcp = Named(changes.KernelTcp) ?? old?.KernelTcp,
        Swappiness = changes.Swappiness ?? old?.Swappiness,
        DisableOOMKiller = changes.DisableOOMKiller ?? old?.DisableOOMKiller,
        UseHierarchy = changes.UseHierarchy ?? old?.UseHierarchy,
        CheckBeforeUpdate = changes.CheckBeforeUpdate ?? old?.CheckBeforeUpdate,
    };

    private static CpuSpec? Cpu(CpuSpec? old, CpuSpec? changes) => changes is null ? old : new()
    {
        Shares = Named(changes.Shares) ?? old?.Shares,
        Quota = Named(changes.Quota) ?? old?.Quota,
        Burst = changes.Burst ?? old?.Burst,
        Period = Named(changes.Period) ?? old?.Period,
        RealtimeRuntime = Named(changes.RealtimeRuntime) ?? old?.RealtimeRuntime,
        RealtimePeriod = Named(changes.RealtimePeriod) ?? old?.RealtimePeriod,
        Cpus = changes.Cpus is { Length: > 0 } cpus ? cpus : old?.Cpus,
        Mems = changes.Mems is { Length: > 0 } mems ? mems : old?.Mems,
        Idle = changes.Idle ?? old?.Idle,
    };

    private static BlockIOSpec? BlockIO(BlockIOSpec? old, BlockIOSpec? changes) => changes is null ? old : new()
    {
        Weight = changes.Weight is null or 0 ? old?.Weight : changes.Weight,
        LeafWeight = changes.LeafWeight is null or 0 ? old?.LeafWeight : changes.LeafWeight,
        WeightDevice = changes.WeightDevice ?? old?.WeightDevice,
        ThrottleReadBpsDevice = changes.ThrottleReadBpsDevice ?? old?.ThrottleReadBpsDevice,
        ThrottleWriteBpsDevice = changes.ThrottleWriteBpsDevice ?? old?.ThrottleWriteBpsDevice,
        ThrottleReadIopsDevice = changes.ThrottleReadIopsDevice ?? old?.ThrottleReadIopsDevice,
        ThrottleWriteIopsDevice = changes.ThrottleWriteIopsDevice ?? old?.ThrottleWriteIopsDevice,
    };

    private static IReadOnlyDictionary<string, T>? Entries<T>(IReadOnlyDictionary<string, T>? old, IReadOnlyDictionary<string, T>? changes)
    {
        if (old is null || changes is null)
            return changes ?? old;
        var all = new Dictionary<string, T>(old);
        foreach ((string name, T value) in changes)
            all[name] = value;
        return all;
    }

    private static long? Named(long? value) => value == 0 ? null : value;

    private static ulong? Named(ulong? value) => value == 0 ? null : value;
}
