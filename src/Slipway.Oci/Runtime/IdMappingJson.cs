using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>A range of ids as text.</summary>
public static class IdMappingJson
{
    /// <summary>Reads one; null where null stands.</summary>
    public static IdMapping? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        uint? container = null, host = null, size = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "containerID": container = json.UInt32(); break;
                case "hostID": host = json.UInt32(); break;
                case "size": size = json.UInt32(); break;
                default: json.Skip(); break;
            }
        }
        return new IdMapping
        {
            ContainerId = container ?? throw json.Missing("containerID"),
            HostId = host ?? throw json.Missing("hostID"),
            Size = size ?? throw json.Missing("size"),
        };
    }

    /// <summary>Writes one.</summary>
    public static void Write(JsonWriter json, IdMapping mapping)
    {
        json.Write("containerID"u8, mapping.ContainerId);
        json.Write("hostID"u8, mapping.HostId);
        json.Write("size"u8, mapping.Size);
    }
}
