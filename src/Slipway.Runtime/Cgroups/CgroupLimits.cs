using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Cgroups;

/// <summary>One value for one file of a controller.</summary>
/// <param name="Controller">Whose it is.</param>
/// <param name="File">The file's name.</param>
/// <param name="Value">What is written.</param>
/// <param name="IsOptional">Whether a kernel without the file is none the worse.</param>
internal sealed record CgroupSetting(string Controller, string File, string Value, bool IsOptional = false);

/// <summary>Turns the limits of a spec into files and values, for either version (config-linux.md#control-groups, cgroup-v2.rst).</summary>
internal static class CgroupLimits
{
    private const ulong DefaultPeriod = 100_000;

    /// <summary>Settings of v1, in an order that the kernel takes: memory before memory with swap, the period before the quota.</summary>
    public static List<CgroupSetting> ForV1(ResourcesSpec? resources)
    {
        var settings = new List<CgroupSetting>();
        if (resources?.Pids is { Limit: > 0 } pids)
            settings.Add(new("pids", "pids.max", pids.Limit.ToString()));
        if (resources?.Memory is { } memory)
            AddMemoryV1(settings, memory);
        if (resources?.Cpu is { } cpu)
            AddCpuV1(settings, cpu);
        foreach (DeviceRule rule in resources?.Devices ?? [])
            settings.Add(new("devices", rule.Allow ? "devices.allow" : "devices.deny", DeviceText(rule)));
        return settings;
    }

    /// <summary>Settings of v2. Device rules are not among them: there they would be a BPF program.</summary>
    public static List<CgroupSetting> ForV2(ResourcesSpec? resources)
    {
        var settings = new List<CgroupSetting>();
        if (resources?.Pids is { Limit: > 0 } pids)
            settings.Add(new("pids", "pids.max", pids.Limit.ToString()));
        if (resources?.Memory is { } memory)
            AddMemoryV2(settings, memory);
        if (resources?.Cpu is { } cpu)
            AddCpuV2(settings, cpu);
        foreach ((string file, string value) in resources?.Unified ?? new Dictionary<string, string>())
        {
            if (file.Contains('/', StringComparison.Ordinal) || file.StartsWith("cgroup.", StringComparison.Ordinal) || !file.Contains('.', StringComparison.Ordinal))
                throw new SlipwayException(ErrorKind.InvalidArgument, $"'{Linux.Printable.Escape(file)}' is not the file of a controller");
            settings.Add(new(file[..file.IndexOf('.', StringComparison.Ordinal)], file, value));
        }
        return settings;
    }

    private static void AddMemoryV1(List<CgroupSetting> settings, MemorySpec memory)
    {
        if (memory.Limit is { } limit && limit != 0)
            settings.Add(new("memory", "memory.limit_in_bytes", limit.ToString()));
        // Not there where the kernel doesn't count swap, and then there is none to bound.
        if (memory.Swap is { } swap && swap != 0)
            settings.Add(new("memory", "memory.memsw.limit_in_bytes", swap.ToString(), IsOptional: true));
        if (memory.Reservation is { } reservation && reservation != 0)
            settings.Add(new("memory", "memory.soft_limit_in_bytes", reservation.ToString()));
        if (memory.Swappiness is { } swappiness)
            settings.Add(new("memory", "memory.swappiness", swappiness.ToString()));
        if (memory.DisableOOMKiller == true)
            settings.Add(new("memory", "memory.oom_control", "1"));
    }

    private static void AddMemoryV2(List<CgroupSetting> settings, MemorySpec memory)
    {
        if (memory.Limit is { } limit && limit != 0)
            settings.Add(new("memory", "memory.max", Bytes(limit)));
        // v1 counts memory and swap together, v2 the swap alone.
        if (memory.Swap is { } swap && swap != 0)
        {
            long alone = swap < 0 ? -1 : swap - Math.Max(0, memory.Limit ?? 0);
            if (swap > 0 && alone < 0)
                throw new SlipwayException(ErrorKind.InvalidArgument, "the limit of memory and swap together is below that of memory");
            settings.Add(new("memory", "memory.swap.max", Bytes(alone), IsOptional: true));
        }
        if (memory.Reservation is { } reservation && reservation != 0)
            settings.Add(new("memory", "memory.low", Bytes(reservation)));
    }

    private static void AddCpuV1(List<CgroupSetting> settings, CpuSpec cpu)
    {
        if (cpu.Shares is > 0)
            settings.Add(new("cpu", "cpu.shares", cpu.Shares.Value.ToString()));
        if (cpu.Period is > 0)
            settings.Add(new("cpu", "cpu.cfs_period_us", cpu.Period.Value.ToString()));
        if (cpu.Quota is { } quota && quota != 0)
            settings.Add(new("cpu", "cpu.cfs_quota_us", quota.ToString()));
        AddCpuset(settings, cpu);
    }

    private static void AddCpuV2(List<CgroupSetting> settings, CpuSpec cpu)
    {
        if (cpu.Shares is > 0 and var shares)
            settings.Add(new("cpu", "cpu.weight", Weight(shares).ToString()));
        if (cpu.Quota is { } quota && quota != 0 || cpu.Period is > 0)
            settings.Add(new("cpu", "cpu.max", $"{(cpu.Quota is > 0 and var q ? q.ToString() : "max")} {cpu.Period ?? DefaultPeriod}"));
        AddCpuset(settings, cpu);
    }

    private static void AddCpuset(List<CgroupSetting> settings, CpuSpec cpu)
    {
        if (cpu.Cpus is { Length: > 0 } cpus)
            settings.Add(new("cpuset", "cpuset.cpus", cpus));
        if (cpu.Mems is { Length: > 0 } mems)
            settings.Add(new("cpuset", "cpuset.mems", mems));
    }

    /// <summary>Shares of v1 (2 to 262144) as a weight of v2 (1 to 10000), on the straight line between their ends.</summary>
    public static ulong Weight(ulong shares) => 1 + (Math.Clamp(shares, 2, 262144) - 2) * 9999 / 262142;

    private static string Bytes(long value) => value < 0 ? "max" : value.ToString();

    private static string DeviceText(DeviceRule rule)
    {
        string type = rule.Type is null or "" ? "a" : rule.Type;
        string access = rule.Access is null or "" ? "rwm" : rule.Access;
        if (type is not ("a" or "b" or "c") || access.AsSpan().ContainsAnyExcept("rwm"))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"device rule '{Linux.Printable.Escape(type)} {Linux.Printable.Escape(access)}' is not one");
        return $"{type} {Number(rule.Major)}:{Number(rule.Minor)} {access}";
    }

    private static string Number(long? number) => number is null or < 0 ? "*" : number.Value.ToString();
}
