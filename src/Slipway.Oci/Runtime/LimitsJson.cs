using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>Limits of memory, processors and processes as text.</summary>
internal static class LimitsJson
{
    public static MemorySpec? ReadMemory(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        long? limit = null, reservation = null, swap = null, kernel = null, kernelTcp = null;
        ulong? swappiness = null;
        bool? disableOomKiller = null, useHierarchy = null, checkBeforeUpdate = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "limit": limit = json.Int64(); break;
                case "reservation": reservation = json.Int64(); break;
                case "swap": swap = json.Int64(); break;
                case "kernel": kernel = json.Int64(); break;
                case "kernelTCP": kernelTcp = json.Int64(); break;
                case "swappiness": swappiness = json.UInt64(); break;
                case "disableOOMKiller": disableOomKiller = json.Boolean(); break;
                case "useHierarchy": useHierarchy = json.Boolean(); break;
                case "checkBeforeUpdate": checkBeforeUpdate = json.Boolean(); break;
                default: json.Skip(); break;
            }
        }
        return new MemorySpec
        {
            Limit = limit,
            Reservation = reservation,
            Swap = swap,
            Kernel = kernel,
            KernelTcp = kernelTcp,
            Swappiness = swappiness,
            DisableOOMKiller = disableOomKiller,
            UseHierarchy = useHierarchy,
            CheckBeforeUpdate = checkBeforeUpdate,
        };
    }

    public static void WriteMemory(JsonWriter json, MemorySpec memory)
    {
        json.Write("limit"u8, memory.Limit);
        json.Write("reservation"u8, memory.Reservation);
        json.Write("swap"u8, memory.Swap);
        json.Write("kernel"u8, memory.Kernel);
        json.Write("kernelTCP"u8, memory.KernelTcp);
        json.Write("swappiness"u8, memory.Swappiness);
        json.Write("disableOOMKiller"u8, memory.DisableOOMKiller);
        json.Write("useHierarchy"u8, memory.UseHierarchy);
        json.Write("checkBeforeUpdate"u8, memory.CheckBeforeUpdate);
    }

    public static CpuSpec? ReadCpu(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        ulong? shares = null, burst = null, period = null, realtimePeriod = null;
        long? quota = null, realtimeRuntime = null, idle = null;
        string? cpus = null, mems = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "shares": shares = json.UInt64(); break;
                case "quota": quota = json.Int64(); break;
                case "burst": burst = json.UInt64(); break;
                case "period": period = json.UInt64(); break;
                case "realtimeRuntime": realtimeRuntime = json.Int64(); break;
                case "realtimePeriod": realtimePeriod = json.UInt64(); break;
                case "cpus": cpus = json.Text(); break;
                case "mems": mems = json.Text(); break;
                case "idle": idle = json.Int64(); break;
                default: json.Skip(); break;
            }
        }
        return new CpuSpec
        {
            Shares = shares,
            Quota = quota,
            Burst = burst,
            Period = period,
            RealtimeRuntime = realtimeRuntime,
            RealtimePeriod = realtimePeriod,
            Cpus = cpus,
            Mems = mems,
            Idle = idle,
        };
    }

    public static void WriteCpu(JsonWriter json, CpuSpec cpu)
    {
        json.Write("shares"u8, cpu.Shares);
        json.Write("quota"u8, cpu.Quota);
        json.Write("burst"u8, cpu.Burst);
        json.Write("period"u8, cpu.Period);
        json.Write("realtimeRuntime"u8, cpu.RealtimeRuntime);
        json.Write("realtimePeriod"u8, cpu.RealtimePeriod);
        json.Write("cpus"u8, cpu.Cpus);
        json.Write("mems"u8, cpu.Mems);
        json.Write("idle"u8, cpu.Idle);
    }

    // Go's newest types leave the limit out where there is none: the same as no object at all.
    public static PidsSpec? ReadPids(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        long? limit = null;
        while (json.NextMember(out string? name))
        {
            if (name == "limit")
                limit = json.Int64();
            else
                json.Skip();
        }
        return limit is null ? null : new PidsSpec { Limit = limit.Value };
    }

    public static HugepageLimit? ReadHugepages(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? pageSize = null;
        ulong? limit = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "pageSize": pageSize = json.Text(); break;
                case "limit": limit = json.UInt64(); break;
                default: json.Skip(); break;
            }
        }
        return new HugepageLimit { PageSize = pageSize ?? throw json.Missing("pageSize"), Limit = limit ?? throw json.Missing("limit") };
    }
}
