using System.Globalization;
using Slipway.Engine.Containers.Requests;

namespace Slipway.Engine.Recording;

internal sealed partial class RunFlags
{
    private void AddLimits()
    {
        ResourceRequest limits = _request.Resources;
        AddSize("--memory", limits.MemoryBytes);
        AddSize("--memory-reservation", limits.MemoryReservation);
        AddSize("--memory-swap", limits.MemorySwap);
        Add("--memory-swappiness", limits.MemorySwappiness);
        AddSet("--oom-kill-disable", limits.OomKillDisable);
        Add("--oom-score-adj", limits.OomScoreAdj);
        Add("--cpus", limits.NanoCpus is { } cpus ? RecordText.Cpus(cpus) : null);
        Add("--cpu-shares", limits.CpuShares);
        Add("--cpu-period", limits.CpuPeriod);
        Add("--cpu-quota", limits.CpuQuota);
        Add("--cpu-rt-period", limits.CpuRealtimePeriod);
        Add("--cpu-rt-runtime", limits.CpuRealtimeRuntime);
        Add("--cpuset-cpus", limits.CpusetCpus);
        Add("--cpuset-mems", limits.CpusetMems);
        Add("--pids-limit", limits.PidsLimit);
        AddAll("--ulimit", limits.Ulimits.Select(UlimitText));
        AddSize("--shm-size", limits.ShmBytes);
        Add("--cgroup-parent", limits.CgroupParent);
    }

    private void AddDisks()
    {
        ResourceRequest limits = _request.Resources;
        Add("--blkio-weight", limits.BlkioWeight);
        AddRates("--blkio-weight-device", limits.BlkioWeightDevices);
        AddRates("--device-read-bps", limits.DeviceReadBps);
        AddRates("--device-write-bps", limits.DeviceWriteBps);
        AddRates("--device-read-iops", limits.DeviceReadIops);
        AddRates("--device-write-iops", limits.DeviceWriteIops);
    }

    private void AddRates(string name, IReadOnlyList<DeviceRate> rates) =>
        AddAll(name, rates.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Path}:{r.Rate}")));

    private static string UlimitText(Ulimit limit) => string.Create(CultureInfo.InvariantCulture, $"{limit.Name}={limit.Soft}:{limit.Hard}");

    private void AddSize(string name, long? bytes)
    {
        if (bytes is { } size)
            Add(name, RecordText.Size(size));
    }
}
