using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Cgroups.Limits;

/// <summary>Disks (config-linux.md#block-io; cgroup-v1/blkio-controller.rst, cgroup-v2.rst, bfq-iosched.rst).</summary>
internal static class BlockIOLimits
{
    private const string V1 = "blkio", V2 = "io";

    /// <summary>BFQ's files where that scheduler is there; the plain ones are CFQ's, which kernels since 5.0 don't have.</summary>
    public static IEnumerable<CgroupSetting> ForV1(BlockIOSpec block)
    {
        if (block.Weight is > 0 and var weight)
            yield return new(V1, "blkio.bfq.weight", $"{Checked(weight)}") { Otherwise = new(V1, "blkio.weight", $"{weight}") };
        if (block.LeafWeight is > 0 and var leaf)
            yield return new(V1, "blkio.leaf_weight", $"{Checked(leaf)}");
        foreach (DeviceWeight device in block.WeightDevice ?? [])
        {
            if (device.Weight is > 0 and var own)
                yield return new(V1, "blkio.bfq.weight_device", $"{device.Major}:{device.Minor} {own}") { Otherwise = new(V1, "blkio.weight_device", $"{device.Major}:{device.Minor} {own}") };
            if (device.LeafWeight is > 0 and var ownLeaf)
                yield return new(V1, "blkio.leaf_weight_device", $"{device.Major}:{device.Minor} {ownLeaf}");
        }
        foreach ((string file, DeviceThrottle throttle) in Throttles(block, "read_bps_device", "write_bps_device", "read_iops_device", "write_iops_device"))
            yield return new(V1, "blkio.throttle." + file, $"{throttle.Major}:{throttle.Minor} {throttle.Rate}");
    }

    public static IEnumerable<CgroupSetting> ForV2(BlockIOSpec block)
    {
        if (block.Weight is > 0 and var weight)
            yield return new(V2, "io.bfq.weight", $"{Checked(weight)}") { Otherwise = new(V2, "io.weight", $"default {Weight(weight)}") };
        foreach (DeviceWeight device in block.WeightDevice ?? [])
        {
            if (device.Weight is > 0 and var own)
                yield return new(V2, "io.bfq.weight", $"{device.Major}:{device.Minor} {own}") { Otherwise = new(V2, "io.weight", $"{device.Major}:{device.Minor} {Weight(own)}") };
        }
        foreach ((string key, DeviceThrottle throttle) in Throttles(block, "rbps", "wbps", "riops", "wiops"))
            yield return new(V2, "io.max", $"{throttle.Major}:{throttle.Minor} {key}={(throttle.Rate == 0 ? "max" : $"{throttle.Rate}")}");
    }

    /// <summary>A weight of v1 (10 to 1000) as one of v2 (1 to 10000), on the straight line between their ends, as runc has it.</summary>
    public static ulong Weight(ushort weight) => 1 + (Math.Clamp(weight, (ulong)10, 1000) - 10) * 9999 / 990;

    private static IEnumerable<(string Name, DeviceThrottle Throttle)> Throttles(BlockIOSpec block, string read, string write, string reads, string writes) =>
    [
        .. Named(read, block.ThrottleReadBpsDevice), .. Named(write, block.ThrottleWriteBpsDevice),
        .. Named(reads, block.ThrottleReadIopsDevice), .. Named(writes, block.ThrottleWriteIopsDevice),
    ];

    private static IEnumerable<(string, DeviceThrottle)> Named(string name, IReadOnlyList<DeviceThrottle>? throttles) =>
        (throttles ?? []).Select(throttle => (name, throttle));

    private static ushort Checked(ushort weight) => weight is >= 10 and <= 1000
        ? weight
        : throw new SlipwayException(ErrorKind.InvalidArgument, $"block I/O weight {weight} is not between 10 and 1000");
}
