using Slipway.Oci.Json;

namespace Slipway.Engine.Containers.Requests;

/// <summary>A mount in a container's row.</summary>
internal static class MountRequestJson
{
    public static void Write(JsonWriter json, MountRequest mount)
    {
        json.Write("Kind"u8, NameOf(mount.Kind));
        json.Write("Source"u8, mount.Source);
        json.Write("Target"u8, mount.Target);
        json.WriteSet("ReadOnly"u8, mount.ReadOnly);
        json.WriteSet("Anonymous"u8, mount.Anonymous);
        json.WriteSet("IsDetailed"u8, mount.IsDetailed);
        json.WriteSet("IsInherited"u8, mount.IsInherited);
        json.WriteSet("CreateSource"u8, mount.CreateSource);
        json.Write("Propagation"u8, mount.Propagation);
        json.WriteSet("NonRecursive"u8, mount.NonRecursive);
        json.WriteSet("WritableBelow"u8, mount.WritableBelow);
        json.Write("Consistency"u8, mount.Consistency);
        json.WriteSet("NoCopy"u8, mount.NoCopy);
        json.Write("Subpath"u8, mount.Subpath);
        json.WriteSet("VolumeLabels"u8, mount.VolumeLabels);
        json.WriteSet("VolumeOptions"u8, mount.VolumeOptions);
        json.Write("Options"u8, mount.Options);
    }

    /// <summary>Stands in the text of a request that mounts an image (and may stand in others).</summary>
    public const string OfAnImage = ":\"Image\"";

    public static MountRequest? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? kind = null, source = null, target = null;
        var mount = new MountRequest(MountKind.Bind, "", "", ReadOnly: false);
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Kind": kind = json.String(); break;
                case "Source": source = json.String(); break;
                case "Target": target = json.String(); break;
                case "ReadOnly": mount = mount with { ReadOnly = json.Boolean() ?? false }; break;
                case "Anonymous": mount = mount with { Anonymous = json.Boolean() ?? false }; break;
                case "IsDetailed": mount = mount with { IsDetailed = json.Boolean() ?? false }; break;
                case "IsInherited": mount = mount with { IsInherited = json.Boolean() ?? false }; break;
                case "CreateSource": mount = mount with { CreateSource = json.Boolean() ?? false }; break;
                case "Propagation": mount = mount with { Propagation = json.String() }; break;
                case "NonRecursive": mount = mount with { NonRecursive = json.Boolean() ?? false }; break;
                case "WritableBelow": mount = mount with { WritableBelow = json.Boolean() ?? false }; break;
                case "Consistency": mount = mount with { Consistency = json.String() }; break;
                case "NoCopy": mount = mount with { NoCopy = json.Boolean() ?? false }; break;
                case "Subpath": mount = mount with { Subpath = json.String() }; break;
                case "VolumeLabels": mount = mount with { VolumeLabels = json.StringMap() ?? mount.VolumeLabels }; break;
                case "VolumeOptions": mount = mount with { VolumeOptions = json.StringMap() ?? mount.VolumeOptions }; break;
                case "Options": mount = mount with { Options = json.String() }; break;
                default: json.Skip(); break;
            }
        }
        return mount with
        {
            Kind = kind switch
            {
                "Bind" => MountKind.Bind,
                "Volume" => MountKind.Volume,
                "Tmpfs" => MountKind.Tmpfs,
                "Image" => MountKind.Image,
                _ => throw json.Error("a mount is a Bind, a Volume, a Tmpfs or an Image"),
            },
            Source = source ?? throw json.Missing("Source"),
            Target = target ?? throw json.Missing("Target"),
        };
    }

    private static string NameOf(MountKind kind) => kind switch
    {
        MountKind.Bind => "Bind",
        MountKind.Volume => "Volume",
        MountKind.Tmpfs => "Tmpfs",
        _ => "Image",
    };
}
