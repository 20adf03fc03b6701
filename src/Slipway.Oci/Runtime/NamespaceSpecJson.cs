using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>Namespaces and the clocks of a time namespace as text.</summary>
internal static class NamespaceSpecJson
{
    public static NamespaceSpec? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? type = null, path = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "type": type = json.Text(); break;
                case "path": path = json.Text(); break;
                default: json.Skip(); break;
            }
        }
        return new NamespaceSpec { Type = type ?? throw json.Missing("type"), Path = path };
    }

    public static void Write(JsonWriter json, NamespaceSpec space)
    {
        json.Write("type"u8, space.Type);
        json.Write("path"u8, space.Path);
    }

    public static TimeOffset? ReadOffset(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        long? secs = null;
        uint? nanosecs = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "secs": secs = json.Int64(); break;
                case "nanosecs": nanosecs = json.UInt32(); break;
                default: json.Skip(); break;
            }
        }
        return new TimeOffset { Secs = secs, Nanosecs = nanosecs };
    }

    public static void WriteOffset(JsonWriter json, TimeOffset offset)
    {
        json.Write("secs"u8, offset.Secs);
        json.Write("nanosecs"u8, offset.Nanosecs);
    }
}
