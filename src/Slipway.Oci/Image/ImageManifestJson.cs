using Slipway.Oci.Json;

namespace Slipway.Oci.Image;

/// <summary>
/// Manifests and indexes as text. A document that one reader takes for a manifest and another for an index has two meanings under one digest
/// (CVE-2021-41190), and a lenient reader takes <c>Layers</c> for <c>layers</c>: what could be read so is refused.
/// </summary>
public static class ImageManifestJson
{
    private static readonly string[] s_names = ["schemaVersion", "mediaType", "artifactType", "config", "layers", "manifests", "subject", "annotations"];

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: malformed, or it has an index's members too.</exception>
    public static ImageManifest Read(ReadOnlySpan<byte> document, string what) => JsonReader.Read(document, what, ErrorKind.InvalidArgument, Read);

    /// <summary>Reads an index.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: malformed, or it has a manifest's members too.</exception>
    public static ImageIndex ReadIndex(ReadOnlySpan<byte> document, string what) => JsonReader.Read(document, what, ErrorKind.InvalidArgument, ReadIndex);

    /// <summary>Writes a manifest.</summary>
    public static byte[] Write(ImageManifest manifest) => JsonWriter.Document(manifest, static (json, manifest) =>
    {
        json.Write("schemaVersion"u8, manifest.SchemaVersion);
        json.Write("mediaType"u8, manifest.MediaType);
        json.Write("artifactType"u8, manifest.ArtifactType);
        json.Write("config"u8, manifest.Config, DescriptorJson.Write);
        json.Write("layers"u8, manifest.Layers, DescriptorJson.Write);
        json.Write("subject"u8, manifest.Subject, DescriptorJson.Write);
        json.Write("annotations"u8, manifest.Annotations);
    });

    /// <summary>Writes an index.</summary>
    public static byte[] Write(ImageIndex index) => JsonWriter.Document(index, static (json, index) =>
    {
        json.Write("schemaVersion"u8, index.SchemaVersion);
        json.Write("mediaType"u8, index.MediaType);
        json.Write("artifactType"u8, index.ArtifactType);
        json.Write("manifests"u8, index.Manifests, DescriptorJson.Write);
        json.Write("subject"u8, index.Subject, DescriptorJson.Write);
        json.Write("annotations"u8, index.Annotations);
    });

    private static ImageManifest? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        int? version = null;
        string? mediaType = null, artifactType = null;
        Descriptor? config = null, subject = null;
        List<Descriptor>? layers = null;
        Dictionary<string, string>? annotations = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "schemaVersion": version = json.Int32(); break;
                case "mediaType": mediaType = json.String(); break;
                case "artifactType": artifactType = json.String(); break;
                case "config": config = DescriptorJson.Read(ref json); break;
                case "layers": layers = json.List(DescriptorJson.Read); break;
                case "subject": subject = DescriptorJson.Read(ref json); break;
                case "annotations": annotations = json.StringMap(); break;
                default: SkipHarmless(ref json, name); break;
            }
        }
        return new ImageManifest
        {
            SchemaVersion = version ?? throw json.Missing("schemaVersion"),
            MediaType = mediaType,
            ArtifactType = artifactType,
            Config = config ?? throw json.Missing("config"),
            Layers = layers ?? throw json.Missing("layers"),
            Subject = subject,
            Annotations = annotations,
        };
    }

    private static ImageIndex? ReadIndex(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        int? version = null;
        string? mediaType = null, artifactType = null;
        Descriptor? subject = null;
        List<Descriptor>? manifests = null;
        Dictionary<string, string>? annotations = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "schemaVersion": version = json.Int32(); break;
                case "mediaType": mediaType = json.String(); break;
                case "artifactType": artifactType = json.String(); break;
                case "manifests": manifests = json.List(DescriptorJson.Read); break;
                case "subject": subject = DescriptorJson.Read(ref json); break;
                case "annotations": annotations = json.StringMap(); break;
                default: SkipHarmless(ref json, name); break;
            }
        }
        return new ImageIndex
        {
            SchemaVersion = version ?? throw json.Missing("schemaVersion"),
            MediaType = mediaType,
            ArtifactType = artifactType,
            Manifests = manifests ?? throw json.Missing("manifests"),
            Subject = subject,
            Annotations = annotations,
        };
    }

    private static void SkipHarmless(scoped ref JsonReader json, string name)
    {
        foreach (string known in s_names)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
                throw json.Error(name == known ? "with it, the document could be read as something else" : $"'{known}' is meant");
        }
        json.Skip();
    }
}
