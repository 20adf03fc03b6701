using Slipway.Api.Wire;
using Slipway.Engine.Containers.Requests;

namespace Slipway.Api.Contracts.Requests;

/// <summary>The limits of a HostConfig, and of an update. Go's clients write 0 for what nobody asked for.</summary>
internal static class ResourceReader
{
    private const int PidsSince = 40;

    public static ResourceRequest Read(JsonInput host) => new()
    {
        MemoryBytes = host.NonZero("Memory"),
        MemoryReservation = host.NonZero("MemoryReservation"),
        MemorySwap = host.NonZero("MemorySwap"),
        MemorySwappiness = host.Long("MemorySwappiness") is { } swappiness and not -1 ? swappiness : null,
        OomKillDisable = host.Flag("OomKillDisable"),
        OomScoreAdj = host.Int("OomScoreAdj") is { } score and not 0 ? score : null,
        NanoCpus = host.NonZero("NanoCpus"),
        CpuShares = host.NonZero("CpuShares"),
        CpuPeriod = host.NonZero("CpuPeriod"),
        CpuQuota = host.NonZero("CpuQuota"),
        CpuRealtimePeriod = host.NonZero("CpuRealtimePeriod"),
        CpuRealtimeRuntime = host.NonZero("CpuRealtimeRuntime"),
        CpusetCpus = host.Text("CpusetCpus"),
        CpusetMems = host.Text("CpusetMems"),
        PidsLimit = host.NonZero("PidsLimit") is { } pids ? Math.Max(pids, -1) : null, // any below 1 is docker's for no limit
        BlkioWeight = host.NonZero("BlkioWeight"),
        BlkioWeightDevices = Rates(host, "BlkioWeightDevice", "Weight"),
        DeviceReadBps = Rates(host, "BlkioDeviceReadBps", "Rate"),
        DeviceWriteBps = Rates(host, "BlkioDeviceWriteBps", "Rate"),
        DeviceReadIops = Rates(host, "BlkioDeviceReadIOps", "Rate"),
        DeviceWriteIops = Rates(host, "BlkioDeviceWriteIOps", "Rate"),
        Ulimits = [.. host.Objects("Ulimits").Select(u => UlimitParser.Parse($"{u.Text("Name")}={u.Long("Soft") ?? 0}:{u.Long("Hard") ?? 0}"))],
        ShmBytes = host.NonZero("ShmSize"),
        CgroupParent = host.Text("CgroupParent"),
    };

    /// <summary>What an update leaves of the limits that hold: those that it doesn't name stay.</summary>
    public static ResourceRequest Update(JsonInput body, ResourceRequest now, ApiVersion version)
    {
        ResourceRequest asked = Read(body);
        return now with
        {
            MemoryBytes = asked.MemoryBytes ?? now.MemoryBytes,
            MemoryReservation = asked.MemoryReservation ?? now.MemoryReservation,
            MemorySwap = asked.MemorySwap ?? now.MemorySwap,
            NanoCpus = asked.NanoCpus ?? now.NanoCpus,
            CpuShares = asked.CpuShares ?? now.CpuShares,
            CpuPeriod = asked.CpuPeriod ?? now.CpuPeriod,
            CpuQuota = asked.CpuQuota ?? now.CpuQuota,
            CpuRealtimePeriod = asked.CpuRealtimePeriod ?? now.CpuRealtimePeriod,
            CpuRealtimeRuntime = asked.CpuRealtimeRuntime ?? now.CpuRealtimeRuntime,
            CpusetCpus = asked.CpusetCpus ?? now.CpusetCpus,
            CpusetMems = asked.CpusetMems ?? now.CpusetMems,
            // 0 and -1 lift it, of versions that know it here.
            PidsLimit = version.IsAtLeast(PidsSince) && body.Long("PidsLimit") is { } pids ? Math.Max(pids, -1) is 0 or -1 ? -1 : pids : now.PidsLimit,
            BlkioWeight = asked.BlkioWeight ?? now.BlkioWeight,
        };
    }

    private static IReadOnlyList<DeviceRate> Rates(JsonInput host, string name, string number) =>
        [.. host.Objects(name).Select(d => new DeviceRate(d.Text("Path") ?? throw d.Expected("Path", "a device's path"), d.Long(number) ?? 0))];
}
