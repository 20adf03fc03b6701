using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Cgroups.Limits;

/// <summary>Turns the resources of a spec into files and values (config-linux.md#control-groups). Devices are not among them: see <c>Devices/</c>.</summary>
internal static class CgroupLimits
{
    /// <summary>Everything that was asked for, each controller in the version in which the host has it, in an order that the kernel takes.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: a value that can't be. NotSupported: v2 files on a host without v2.</exception>
    public static List<CgroupSetting> For(ResourcesSpec? resources, CgroupHost host)
    {
        var settings = new List<CgroupSetting>();
        if (resources is null)
            return settings;
        void Add(string controller, Func<bool, IEnumerable<CgroupSetting>> make)
        {
            bool unified = host.IsUnifiedOnly || host.IsUnifiedController(controller);
            settings.AddRange(make(unified).Select(setting => setting with { IsUnified = unified }));
        }
        if (resources.Pids is { } pids)
            Add("pids", _ => PidsLimits.For(pids));
        if (resources.Memory is { } memory)
            Add("memory", unified => unified ? MemoryLimits.ForV2(memory) : MemoryLimits.ForV1(memory));
        if (resources.Cpu is { } cpu)
        {
            Add("cpu", unified => unified ? CpuLimits.ForV2(cpu) : CpuLimits.ForV1(cpu));
            Add("cpuset", _ => CpuLimits.Cpuset(cpu));
        }
        if (resources.BlockIO is { } block)
            Add(host.FindV1("blkio") is null ? "io" : "blkio", unified => unified ? BlockIOLimits.ForV2(block) : BlockIOLimits.ForV1(block));
        foreach (HugepageLimit limit in resources.HugepageLimits ?? [])
            Add("hugetlb", unified => OtherLimits.Hugepages(limit, unified));
        // v2 marks no packets.
        if (resources.Network is { } network && !host.IsUnifiedOnly)
            settings.AddRange(OtherLimits.Network(network));
        foreach ((string device, RdmaSpec limit) in resources.Rdma ?? new Dictionary<string, RdmaSpec>())
            Add("rdma", _ => [OtherLimits.Rdma(device, limit)]);
        AddUnified(settings, resources, host);
        return settings;
    }

    /// <summary>What of the resources has no effect on this host, a sentence each.</summary>
    public static IEnumerable<string> Notes(ResourcesSpec? resources, CgroupHost host)
    {
        if (resources?.Memory is { Kernel: not (null or 0) })
            yield return "the limit of the kernel's own memory is ignored: kernels of today have none";
        if (!host.IsUnifiedOnly)
            yield break;
        if (resources?.Memory is { KernelTcp: not (null or 0) })
            yield return "the limit of network buffers is ignored: cgroup v2 has none";
        if (resources?.Memory?.Swappiness is not null || resources?.Memory?.DisableOOMKiller is not null)
            yield return "memory swappiness and disableOOMKiller are ignored: cgroup v2 has neither";
        if (resources?.Cpu is { RealtimePeriod: not null } or { RealtimeRuntime: not null })
            yield return "realtime bandwidth is ignored: cgroup v2 has none";
        if (resources?.Network is not null)
            yield return "network class and priorities are ignored: cgroup v2 has none";
        if (resources?.BlockIO?.LeafWeight is not null)
            yield return "the leaf weight of block I/O is ignored: cgroup v2 has none";
    }

    // Last: what is said by a file's own name wins.
    private static void AddUnified(List<CgroupSetting> settings, ResourcesSpec resources, CgroupHost host)
    {
        if (resources.Unified is not { Count: > 0 } unified)
            return;
        if (host.Unified is null)
            throw new SlipwayException(ErrorKind.NotSupported, "invalid configuration: linux.resources.unified: this host has no cgroup v2");
        settings.AddRange(unified.Select(pair => OtherLimits.Unified(pair.Key, pair.Value)));
    }
}
