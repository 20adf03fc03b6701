using Slipway.Engine.Containers.Requests;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Host;
using Slipway.Runtime.Specs;

namespace Slipway.Engine.Containers;

/// <content>Limits.</content>
internal sealed partial class ContainerSpec
{
    private const ulong CpuPeriodMicroseconds = 100_000;

    /// <summary>Where a container's control groups are, in every hierarchy.</summary>
    public static string CgroupsPathOf(ContainerRecord record) => $"{(record.Request.Resources.CgroupParent is { Length: > 0 } parent ? Path.GetFullPath("/" + parent).TrimEnd('/') : "/slipway")}/{record.Id}";

    /// <summary>Its limits.</summary>
    public ResourcesSpec BuildResources()
    {
        ResourceRequest wanted = _request.Resources;
        return new()
        {
            Memory = BuildMemory(wanted),
            Cpu = BuildProcessors(wanted),
            // 0 is docker's other word for none.
            // Without a limit there is nothing to set, and one that nobody asked for is no reason to refuse a host that can't.
            Pids = (wanted.PidsLimit ?? (HostCapabilities.CanLimitProcesses ? DefaultSpec.PidsLimit : 0)) is > 0 and var most ? new() { Limit = most } : null,
            BlockIO = BuildBlockIO(wanted),
            Devices = BuildDeviceRules(),
        };
    }

    private static MemorySpec? BuildMemory(ResourceRequest wanted)
    {
        long? limit = Set(wanted.MemoryBytes);
        if (limit is null && Set(wanted.MemoryReservation) is null && wanted.MemorySwappiness is null && Set(wanted.MemorySwap) is null && !wanted.OomKillDisable)
            return null;
        return new()
        {
            Limit = limit,
            Swap = Set(wanted.MemorySwap) ?? limit * 2,
            Reservation = Set(wanted.MemoryReservation),
            Swappiness = wanted.MemorySwappiness is >= 0 and var swappiness ? (ulong)swappiness : null,
            DisableOOMKiller = wanted.OomKillDisable ? true : null,
        };
    }

    private static CpuSpec? BuildProcessors(ResourceRequest wanted)
    {
        var spec = new CpuSpec
        {
            Shares = (ulong?)Set(wanted.CpuShares),
            Period = (ulong?)Set(wanted.CpuPeriod),
            Quota = Set(wanted.CpuQuota),
            RealtimePeriod = (ulong?)Set(wanted.CpuRealtimePeriod),
            RealtimeRuntime = Set(wanted.CpuRealtimeRuntime),
            Cpus = wanted.CpusetCpus is { Length: > 0 } cpus ? cpus : null,
            Mems = wanted.CpusetMems is { Length: > 0 } mems ? mems : null,
        };
        if (Set(wanted.NanoCpus) is { } billionths)
            spec = spec with { Period = CpuPeriodMicroseconds, Quota = (long)(billionths / (1_000_000_000m / CpuPeriodMicroseconds)) };
        return spec == new CpuSpec() ? null : spec;
    }

    private static BlockIOSpec? BuildBlockIO(ResourceRequest wanted)
    {
        if (Set(wanted.BlkioWeight) is null
            && wanted.BlkioWeightDevices.Count + wanted.DeviceReadBps.Count + wanted.DeviceWriteBps.Count + wanted.DeviceReadIops.Count + wanted.DeviceWriteIops.Count == 0)
        {
            return null;
        }
        return new()
        {
            Weight = (ushort?)Set(wanted.BlkioWeight),
            WeightDevice = [.. wanted.BlkioWeightDevices.Select(d => (Number: NumberOf(d), d.Rate)).Select(d => new DeviceWeight { Major = d.Number.Major, Minor = d.Number.Minor, Weight = (ushort)d.Rate })],
            ThrottleReadBpsDevice = Throttles(wanted.DeviceReadBps),
            ThrottleWriteBpsDevice = Throttles(wanted.DeviceWriteBps),
            ThrottleReadIopsDevice = Throttles(wanted.DeviceReadIops),
            ThrottleWriteIopsDevice = Throttles(wanted.DeviceWriteIops),
        };
    }

    private static List<DeviceThrottle> Throttles(IReadOnlyList<DeviceRate> devices) =>
        [.. devices.Select(d => (Number: NumberOf(d), d.Rate)).Select(d => new DeviceThrottle { Major = d.Number.Major, Minor = d.Number.Minor, Rate = (ulong)d.Rate })];

    private static DeviceNumber NumberOf(DeviceRate device) =>
        HostDevice.Find(device.Path) is { Type: FileType.BlockDevice } disk
            ? disk.Number
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"limit the device '{device.Path}': it is no block device of this host");

    // What the container asks for comes last, and holds.
    private List<RlimitSpec>? BuildRlimits() => (IReadOnlyList<Ulimit>)[.. context.Defaults.Read().Ulimits.Select(UlimitParser.Parse), .. _request.Resources.Ulimits] is { Count: > 0 } limits
        ? [.. limits.GroupBy(l => l.Name).Select(g => g.Last()).Select(l => new RlimitSpec { Type = "RLIMIT_" + l.Name.ToUpperInvariant(), Soft = (ulong)l.Soft, Hard = (ulong)l.Hard })]
        : null;

    // 0 is docker's other word for "not set".
    private static long? Set(long? value) => value == 0 ? null : value;
}
