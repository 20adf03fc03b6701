using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Store.Layers;

/// <summary>layer.json: what is known of an unpacked layer, in its own directory.</summary>
internal static class LayerRecord
{
    private const int CurrentVersion = 1;

    /// <summary>The document.</summary>
    public static byte[] Write(LayerInfo layer) => JsonWriter.Document(layer, static (json, layer) =>
    {
        json.Write("version"u8, CurrentVersion);
        json.Write("chainId"u8, layer.ChainId);
        json.Write("diffId"u8, layer.DiffId);
        json.Write("parent"u8, layer.Parent);
        json.Write("bytes"u8, layer.Bytes);
        json.Write("files"u8, layer.Files);
    });

    /// <summary>Reads it.</summary>
    /// <exception cref="SlipwayException">Corrupt: damaged, or of another version.</exception>
    public static LayerInfo Read(ReadOnlySpan<byte> document, string path) => JsonReader.Read(document, $"'{path}'", ErrorKind.Corrupt, Read);

    private static LayerInfo? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        Digest? chainId = null, diffId = null, parent = null;
        long? version = null, bytes = null, files = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "version": version = json.Int64(); break;
                case "chainId": chainId = json.Digest(); break;
                case "diffId": diffId = json.Digest(); break;
                case "parent": parent = json.Digest(); break;
                case "bytes": bytes = json.Int64(); break;
                case "files": files = json.Int64(); break;
                default: json.Skip(); break;
            }
        }
        if (version != CurrentVersion)
            throw json.Error("it is of another version");
        return new LayerInfo(
            chainId ?? throw json.Missing("chainId"),
            diffId ?? throw json.Missing("diffId"),
            parent,
            bytes ?? throw json.Missing("bytes"),
            files ?? throw json.Missing("files"));
    }
}
