using Slipway.Oci.Json;

namespace Slipway.Oci.Image;

/// <summary>Descriptors and platforms as text.</summary>
internal static class DescriptorJson
{
    public static Descriptor? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? mediaType = null, artifactType = null;
        Digest? digest = null;
        long? size = null;
        List<string>? urls = null;
        Dictionary<string, string>? annotations = null;
        Platform? platform = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "mediaType": mediaType = json.String(); break;
                case "digest": digest = json.Digest(); break;
                case "size": size = json.Int64(); break;
                case "urls": urls = json.Strings(); break;
                case "annotations": annotations = json.StringMap(); break;
                case "platform": platform = ReadPlatform(ref json); break;
                case "artifactType": artifactType = json.String(); break;
                default: json.Skip(); break;
            }
        }
        return new Descriptor
        {
            MediaType = mediaType ?? throw json.Missing("mediaType"),
            Digest = digest ?? throw json.Missing("digest"),
            Size = size ?? throw json.Missing("size"),
            Urls = urls,
            Annotations = annotations,
            Platform = platform,
            ArtifactType = artifactType,
        };
    }

    public static void Write(JsonWriter json, Descriptor descriptor)
    {
        json.Write("mediaType"u8, descriptor.MediaType);
        json.Write("digest"u8, descriptor.Digest);
        json.Write("size"u8, descriptor.Size);
        json.Write("urls"u8, descriptor.Urls);
        json.Write("annotations"u8, descriptor.Annotations);
        json.Write("platform"u8, descriptor.Platform, static (json, platform) =>
        {
            json.Write("architecture"u8, platform.Architecture);
            json.Write("os"u8, platform.OS);
            json.Write("os.version"u8, platform.OSVersion);
            json.Write("variant"u8, platform.Variant);
        });
        json.Write("artifactType"u8, descriptor.ArtifactType);
    }

    private static Platform? ReadPlatform(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? architecture = null, os = null, version = null, variant = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "architecture": architecture = json.String(); break;
                case "os": os = json.String(); break;
                case "os.version": version = json.String(); break;
                case "variant": variant = json.String(); break;
                default: json.Skip(); break;
            }
        }
        return new Platform
        {
            Architecture = architecture ?? throw json.Missing("architecture"),
            OS = os ?? throw json.Missing("os"),
            OSVersion = version,
            Variant = variant,
        };
    }
}
