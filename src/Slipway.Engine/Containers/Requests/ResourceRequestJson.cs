using Slipway.Oci.Json;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Limits as members of a container's row.</summary>
internal static class ResourceRequestJson
{
    public static void Write(JsonWriter json, ResourceRequest resources)
    {
        json.Write("MemoryBytes"u8, resources.MemoryBytes);
        json.Write("NanoCpus"u8, resources.NanoCpus);
        json.Write("PidsLimit"u8, resources.PidsLimit);
    }

    /// <summary>Takes a member that is one of these; null where it is another's.</summary>
    public static ResourceRequest? Read(scoped ref JsonReader json, string name, ResourceRequest r) => name switch
    {
        "MemoryBytes" => r with { MemoryBytes = json.Int64() },
        "NanoCpus" => r with { NanoCpus = json.Int64() },
        "PidsLimit" => r with { PidsLimit = json.Int64() },
        _ => null,
    };
}
