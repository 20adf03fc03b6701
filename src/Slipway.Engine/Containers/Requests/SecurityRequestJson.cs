using Slipway.Oci.Json;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Rights as members of a container's row; those that say the default are left out.</summary>
internal static class SecurityRequestJson
{
    public static void Write(JsonWriter json, SecurityRequest security)
    {
        json.WriteSet("CapAdd"u8, security.CapAdd);
        json.WriteSet("CapDrop"u8, security.CapDrop);
        json.WriteSet("NoNewPrivileges"u8, security.NoNewPrivileges);
        json.WriteSet("SeccompUnconfined"u8, security.SeccompUnconfined);
        json.WriteSet("ReadOnly"u8, security.ReadOnly);
    }

    /// <summary>Takes a member that is one of these; null where it is another's.</summary>
    public static SecurityRequest? Read(scoped ref JsonReader json, string name, SecurityRequest r) => name switch
    {
        "CapAdd" => r with { CapAdd = json.Strings() ?? [] },
        "CapDrop" => r with { CapDrop = json.Strings() ?? [] },
        "NoNewPrivileges" => r with { NoNewPrivileges = json.Boolean() ?? false },
        "SeccompUnconfined" => r with { SeccompUnconfined = json.Boolean() ?? false },
        "ReadOnly" => r with { ReadOnly = json.Boolean() ?? false },
        _ => null,
    };
}
