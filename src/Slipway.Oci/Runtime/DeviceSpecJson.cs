using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>Device nodes and network devices as text.</summary>
internal static class DeviceSpecJson
{
    public static DeviceSpec? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? path = null, type = null;
        long? major = null, minor = null;
        uint? fileMode = null, uid = null, gid = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "path": path = json.Text(); break;
                case "type": type = json.Text(); break;
                case "major": major = json.Int64(); break;
                case "minor": minor = json.Int64(); break;
                case "fileMode": fileMode = json.UInt32(); break;
                case "uid": uid = json.UInt32(); break;
                case "gid": gid = json.UInt32(); break;
                default: json.Skip(); break;
            }
        }
        return new DeviceSpec
        {
            Path = path ?? throw json.Missing("path"),
            Type = type ?? throw json.Missing("type"),
            Major = major,
            Minor = minor,
            FileMode = fileMode,
            Uid = uid,
            Gid = gid,
        };
    }

    public static void Write(JsonWriter json, DeviceSpec device)
    {
        json.Write("path"u8, device.Path);
        json.Write("type"u8, device.Type);
        json.Write("major"u8, device.Major);
        json.Write("minor"u8, device.Minor);
        json.Write("fileMode"u8, device.FileMode);
        json.Write("uid"u8, device.Uid);
        json.Write("gid"u8, device.Gid);
    }

    public static NetDeviceSpec? ReadNetDevice(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? inside = null;
        while (json.NextMember(out string? name))
        {
            if (name == "name")
                inside = json.Text();
            else
                json.Skip();
        }
        return new NetDeviceSpec { Name = inside };
    }

    public static void WriteNetDevice(JsonWriter json, NetDeviceSpec device) => json.Write("name"u8, device.Name);
}
