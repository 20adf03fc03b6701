using Slipway.Oci.Json;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Limits as members of a container's row.</summary>
internal static class ResourceRequestJson
{
    public static void Write(JsonWriter json, ResourceRequest resources)
    {
        json.Write("MemoryBytes"u8, resources.MemoryBytes);
        json.Write("MemoryReservation"u8, resources.MemoryReservation);
        json.Write("MemorySwap"u8, resources.MemorySwap);
        json.Write("MemorySwappiness"u8, resources.MemorySwappiness);
        json.WriteSet("OomKillDisable"u8, resources.OomKillDisable);
        json.Write("OomScoreAdj"u8, resources.OomScoreAdj);
        json.Write("NanoCpus"u8, resources.NanoCpus);
        json.Write("CpuShares"u8, resources.CpuShares);
        json.Write("CpuPeriod"u8, resources.CpuPeriod);
        json.Write("CpuQuota"u8, resources.CpuQuota);
        json.Write("CpuRealtimePeriod"u8, resources.CpuRealtimePeriod);
        json.Write("CpuRealtimeRuntime"u8, resources.CpuRealtimeRuntime);
        json.Write("CpusetCpus"u8, resources.CpusetCpus);
        json.Write("CpusetMems"u8, resources.CpusetMems);
        json.Write("PidsLimit"u8, resources.PidsLimit);
        json.Write("BlkioWeight"u8, resources.BlkioWeight);
        json.WriteSet("BlkioWeightDevices"u8, resources.BlkioWeightDevices, WriteRate);
        json.WriteSet("DeviceReadBps"u8, resources.DeviceReadBps, WriteRate);
        json.WriteSet("DeviceWriteBps"u8, resources.DeviceWriteBps, WriteRate);
        json.WriteSet("DeviceReadIops"u8, resources.DeviceReadIops, WriteRate);
        json.WriteSet("DeviceWriteIops"u8, resources.DeviceWriteIops, WriteRate);
        json.WriteSet("Ulimits"u8, resources.Ulimits, WriteUlimit);
        json.Write("ShmBytes"u8, resources.ShmBytes);
        json.Write("CgroupParent"u8, resources.CgroupParent);
        json.WriteSet("EveryController"u8, resources.EveryController);
    }

    /// <summary>Takes a member that is one of these; null where it is another's.</summary>
    public static ResourceRequest? Read(scoped ref JsonReader json, string name, ResourceRequest r) => name switch
    {
        "MemoryBytes" => r with { MemoryBytes = json.Int64() },
        "MemoryReservation" => r with { MemoryReservation = json.Int64() },
        "MemorySwap" => r with { MemorySwap = json.Int64() },
        "MemorySwappiness" => r with { MemorySwappiness = json.Int64() },
        "OomKillDisable" => r with { OomKillDisable = json.Boolean() ?? false },
        "OomScoreAdj" => r with { OomScoreAdj = json.Int32() },
        "NanoCpus" => r with { NanoCpus = json.Int64() },
        "CpuShares" => r with { CpuShares = json.Int64() },
        "CpuPeriod" => r with { CpuPeriod = json.Int64() },
        "CpuQuota" => r with { CpuQuota = json.Int64() },
        "CpuRealtimePeriod" => r with { CpuRealtimePeriod = json.Int64() },
        "CpuRealtimeRuntime" => r with { CpuRealtimeRuntime = json.Int64() },
        "CpusetCpus" => r with { CpusetCpus = json.String() },
        "CpusetMems" => r with { CpusetMems = json.String() },
        "PidsLimit" => r with { PidsLimit = json.Int64() },
        "BlkioWeight" => r with { BlkioWeight = json.Int64() },
        "BlkioWeightDevices" => r with { BlkioWeightDevices = json.List(ReadRate) ?? [] },
        "DeviceReadBps" => r with { DeviceReadBps = json.List(ReadRate) ?? [] },
        "DeviceWriteBps" => r with { DeviceWriteBps = json.List(ReadRate) ?? [] },
        "DeviceReadIops" => r with { DeviceReadIops = json.List(ReadRate) ?? [] },
        "DeviceWriteIops" => r with { DeviceWriteIops = json.List(ReadRate) ?? [] },
        "Ulimits" => r with { Ulimits = json.List(ReadUlimit) ?? [] },
        "ShmBytes" => r with { ShmBytes = json.Int64() },
        "CgroupParent" => r with { CgroupParent = json.String() },
        "EveryController" => r with { EveryController = json.Boolean() ?? false },
        _ => null,
    };

    private static void WriteRate(JsonWriter json, DeviceRate rate)
    {
        json.Write("Path"u8, rate.Path);
        json.Write("Rate"u8, rate.Rate);
    }

    private static DeviceRate? ReadRate(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? path = null;
        long? rate = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Path": path = json.String(); break;
                case "Rate": rate = json.Int64(); break;
                default: json.Skip(); break;
            }
        }
        return new(path ?? throw json.Missing("Path"), rate ?? throw json.Missing("Rate"));
    }

    private static void WriteUlimit(JsonWriter json, Ulimit limit)
    {
        json.Write("Name"u8, limit.Name);
        json.Write("Soft"u8, limit.Soft);
        json.Write("Hard"u8, limit.Hard);
    }

    private static Ulimit? ReadUlimit(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? called = null;
        long? soft = null, hard = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Name": called = json.String(); break;
                case "Soft": soft = json.Int64(); break;
                case "Hard": hard = json.Int64(); break;
                default: json.Skip(); break;
            }
        }
        return new(called ?? throw json.Missing("Name"), soft ?? throw json.Missing("Soft"), hard ?? throw json.Missing("Hard"));
    }
}
