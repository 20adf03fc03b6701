using System.Globalization;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Cgroups.Limits;

/// <summary>Processor time and the processors themselves (config-linux.md#cpu; sched-bwc.rst, cgroup-v2.rst, cpusets.rst).</summary>
internal static class CpuLimits
{
    private const string Controller = "cpu";
    private const ulong LeastShares = 2, MostShares = 262144;

    /// <summary>Period before quota, burst after it, so that each fits what is there.</summary>
    public static IEnumerable<CgroupSetting> ForV1(CpuSpec cpu)
    {
        if (cpu.Idle is { } idle)
            yield return new(Controller, "cpu.idle", Number(idle));
        // A group that runs only when nobody else wants to has no share, and the kernel takes none.
        if (cpu.Shares is > 0 and var shares && cpu.Idle is not 1)
            yield return new(Controller, "cpu.shares", Number(shares));
        if (cpu.Period is > 0 and var period)
            yield return new(Controller, "cpu.cfs_period_us", Number(period)) { MayComeLater = true };
        if (cpu.Burst is { } small)
            yield return new(Controller, "cpu.cfs_burst_us", Number(small)) { MayComeLater = true };
        if (cpu.Quota is { } quota && quota != 0)
            yield return new(Controller, "cpu.cfs_quota_us", Number(quota)) { MayComeLater = true };
        if (cpu.RealtimePeriod is > 0 and var realtimePeriod)
            yield return new(Controller, "cpu.rt_period_us", Number(realtimePeriod)) { MayComeLater = true };
        if (cpu.RealtimeRuntime is { } runtime && runtime != 0)
            yield return new(Controller, "cpu.rt_runtime_us", Number(runtime));
    }

    public static IEnumerable<CgroupSetting> ForV2(CpuSpec cpu)
    {
        if (cpu.Idle is { } idle)
            yield return new(Controller, "cpu.idle", Number(idle));
        if (cpu.Shares is > 0 and var shares && cpu.Idle is not 1)
            yield return new(Controller, "cpu.weight", Number(Weight(shares)));
        if (cpu.Burst is { } small)
            yield return new(Controller, "cpu.max.burst", Number(small)) { MayComeLater = true };
        if (cpu.Quota is { } quota && quota != 0 || cpu.Period is > 0)
            yield return new(Controller, "cpu.max", Bandwidth(cpu)) { MayComeLater = true };
    }

    /// <summary>Which processors and memory nodes; the same in both versions.</summary>
    public static IEnumerable<CgroupSetting> Cpuset(CpuSpec cpu)
    {
        if (cpu.Cpus is { Length: > 0 } cpus)
            yield return new("cpuset", "cpuset.cpus", cpus);
        if (cpu.Mems is { Length: > 0 } mems)
            yield return new("cpuset", "cpuset.mems", mems);
    }

    /// <summary>Shares of v1 (2 to 262144) as a weight of v2 (1 to 10000), on the straight line between their ends, as runc has it.</summary>
    public static ulong Weight(ulong shares) => 1 + (Math.Clamp(shares, LeastShares, MostShares) - LeastShares) * 9999 / (MostShares - LeastShares);

    // Without a period the kernel keeps the one that it has.
    private static string Bandwidth(CpuSpec cpu)
    {
        string quota = cpu.Quota is > 0 and var some ? Number(some) : "max";
        return cpu.Period is > 0 and var period ? $"{quota} {period}" : quota;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
