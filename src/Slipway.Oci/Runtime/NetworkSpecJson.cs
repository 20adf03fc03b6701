using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>Marks of packets, and limits of RDMA devices, as text.</summary>
internal static class NetworkSpecJson
{
    public static NetworkSpec? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        uint? classId = null;
        List<InterfacePriority>? priorities = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "classID": classId = json.UInt32(); break;
                case "priorities": priorities = json.List(ReadPriority); break;
                default: json.Skip(); break;
            }
        }
        return new NetworkSpec { ClassId = classId, Priorities = priorities };
    }

    public static void Write(JsonWriter json, NetworkSpec network)
    {
        json.Write("classID"u8, network.ClassId);
        json.Write("priorities"u8, network.Priorities, static (json, priority) =>
        {
            json.Write("name"u8, priority.Name);
            json.Write("priority"u8, priority.Priority);
        });
    }

    public static RdmaSpec? ReadRdma(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        uint? handles = null, objects = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "hcaHandles": handles = json.UInt32(); break;
                case "hcaObjects": objects = json.UInt32(); break;
                default: json.Skip(); break;
            }
        }
        return new RdmaSpec { HcaHandles = handles, HcaObjects = objects };
    }

    public static void WriteRdma(JsonWriter json, RdmaSpec rdma)
    {
        json.Write("hcaHandles"u8, rdma.HcaHandles);
        json.Write("hcaObjects"u8, rdma.HcaObjects);
    }

    private static InterfacePriority? ReadPriority(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? device = null;
        uint? priority = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "name": device = json.Text(); break;
                case "priority": priority = json.UInt32(); break;
                default: json.Skip(); break;
            }
        }
        return new InterfacePriority { Name = device ?? throw json.Missing("name"), Priority = priority ?? throw json.Missing("priority") };
    }
}
