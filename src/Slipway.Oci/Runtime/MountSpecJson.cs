using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>One of config.json's mounts as text.</summary>
internal static class MountSpecJson
{
    public static MountSpec? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? destination = null, type = null, source = null;
        List<string>? options = null;
        List<IdMapping>? uids = null, gids = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "destination": destination = json.Text(); break;
                case "type": type = json.Text(); break;
                case "source": source = json.Text(); break;
                case "options": options = json.Texts(); break;
                case "uidMappings": uids = json.List(IdMappingJson.Read); break;
                case "gidMappings": gids = json.List(IdMappingJson.Read); break;
                default: json.Skip(); break;
            }
        }
        return new MountSpec
        {
            Destination = destination ?? throw json.Missing("destination"),
            Type = type,
            Source = source,
            Options = options,
            UidMappings = uids,
            GidMappings = gids,
        };
    }

    public static void Write(JsonWriter json, MountSpec mount)
    {
        json.Write("destination"u8, mount.Destination);
        json.Write("type"u8, mount.Type);
        json.Write("source"u8, mount.Source);
        json.Write("options"u8, mount.Options);
        json.Write("uidMappings"u8, mount.UidMappings, IdMappingJson.Write);
        json.Write("gidMappings"u8, mount.GidMappings, IdMappingJson.Write);
    }
}
