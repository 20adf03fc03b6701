using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>Cgroup limits as text: a part of config.json, and the document that <c>update --resources</c> takes.</summary>
public static class ResourcesSpecJson
{
    /// <summary>Reads a document that is the limits alone.</summary>
    /// <exception cref="SlipwayException">As <see cref="RuntimeSpecJson.Read(ReadOnlySpan{byte}, string)"/>.</exception>
    public static ResourcesSpec Read(ReadOnlySpan<byte> document, string what) => JsonReader.Read(document, what, ErrorKind.InvalidArgument, Read);

    /// <summary>Reads the limits.</summary>
    public static ResourcesSpec? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        List<DeviceRule>? devices = null;
        MemorySpec? memory = null;
        CpuSpec? cpu = null;
        PidsSpec? pids = null;
        BlockIOSpec? blockIO = null;
        List<HugepageLimit>? hugepages = null;
        NetworkSpec? network = null;
        Dictionary<string, RdmaSpec>? rdma = null;
        Dictionary<string, string>? unified = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "devices": devices = json.List(ReadDeviceRule); break;
                case "memory": memory = LimitsJson.ReadMemory(ref json); break;
                case "cpu": cpu = LimitsJson.ReadCpu(ref json); break;
                case "pids": pids = LimitsJson.ReadPids(ref json); break;
                case "blockIO": blockIO = BlockIOSpecJson.Read(ref json); break;
                case "hugepageLimits": hugepages = json.List(LimitsJson.ReadHugepages); break;
                case "network": network = NetworkSpecJson.Read(ref json); break;
                case "rdma": rdma = json.Map(NetworkSpecJson.ReadRdma); break;
                case "unified": unified = json.TextMap(); break;
                default: json.Skip(); break;
            }
        }
        return new ResourcesSpec
        {
            Devices = devices,
            Memory = memory,
            Cpu = cpu,
            Pids = pids,
            BlockIO = blockIO,
            HugepageLimits = hugepages,
            Network = network,
            Rdma = rdma,
            Unified = unified,
        };
    }

    /// <summary>Writes the limits' members.</summary>
    public static void Write(JsonWriter json, ResourcesSpec resources)
    {
        json.Write("devices"u8, resources.Devices, static (json, rule) =>
        {
            json.Write("allow"u8, rule.Allow);
            json.Write("type"u8, rule.Type);
            json.Write("major"u8, rule.Major);
            json.Write("minor"u8, rule.Minor);
            json.Write("access"u8, rule.Access);
        });
        json.Write("memory"u8, resources.Memory, LimitsJson.WriteMemory);
        json.Write("cpu"u8, resources.Cpu, LimitsJson.WriteCpu);
        json.Write("pids"u8, resources.Pids, static (json, pids) => json.Write("limit"u8, pids.Limit));
        json.Write("blockIO"u8, resources.BlockIO, BlockIOSpecJson.Write);
        json.Write("hugepageLimits"u8, resources.HugepageLimits, static (json, pages) =>
        {
            json.Write("pageSize"u8, pages.PageSize);
            json.Write("limit"u8, pages.Limit);
        });
        json.Write("network"u8, resources.Network, NetworkSpecJson.Write);
        json.Write("rdma"u8, resources.Rdma, NetworkSpecJson.WriteRdma);
        json.Write("unified"u8, resources.Unified);
    }

    private static DeviceRule? ReadDeviceRule(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        bool? allow = null;
        string? type = null, access = null;
        long? major = null, minor = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "allow": allow = json.Boolean(); break;
                case "type": type = json.Text(); break;
                case "major": major = json.Int64(); break;
                case "minor": minor = json.Int64(); break;
                case "access": access = json.Text(); break;
                default: json.Skip(); break;
            }
        }
        return new DeviceRule { Allow = allow ?? throw json.Missing("allow"), Type = type, Major = major, Minor = minor, Access = access };
    }
}
