using Slipway.Oci.Json;

namespace Slipway.Engine.Containers.Requests;

/// <summary>A mount in a container's row.</summary>
internal static class MountRequestJson
{
    public static void Write(JsonWriter json, MountRequest mount)
    {
        json.Write("Kind"u8, mount.Kind == MountKind.Bind ? "Bind" : "Volume");
        json.Write("Source"u8, mount.Source);
        json.Write("Target"u8, mount.Target);
        json.Write("ReadOnly"u8, mount.ReadOnly);
        json.Write("Anonymous"u8, mount.Anonymous);
    }

    public static MountRequest? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? kind = null, source = null, target = null;
        bool? readOnly = null, anonymous = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Kind": kind = json.String(); break;
                case "Source": source = json.String(); break;
                case "Target": target = json.String(); break;
                case "ReadOnly": readOnly = json.Boolean(); break;
                case "Anonymous": anonymous = json.Boolean(); break;
                default: json.Skip(); break;
            }
        }
        return new MountRequest(
            kind switch { "Bind" => MountKind.Bind, "Volume" => MountKind.Volume, _ => throw json.Error("a mount is a Bind or a Volume") },
            source ?? throw json.Missing("Source"),
            target ?? throw json.Missing("Target"),
            readOnly ?? false,
            anonymous ?? false);
    }
}
