using Slipway.Oci.Json;

namespace Slipway.Oci.Image;

/// <summary>An image's configuration as text.</summary>
public static class ImageConfigJson
{
    /// <summary>Reads a configuration.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: malformed, with the path.</exception>
    public static ImageConfig Read(ReadOnlySpan<byte> document, string what) => JsonReader.Read(document, what, ErrorKind.InvalidArgument, Read);

    /// <summary>Writes a configuration.</summary>
    public static byte[] Write(ImageConfig config) => JsonWriter.Document(config, static (json, config) =>
    {
        json.Write("created"u8, config.Created);
        json.Write("author"u8, config.Author);
        json.Write("architecture"u8, config.Architecture);
        json.Write("os"u8, config.OS);
        json.Write("os.version"u8, config.OSVersion);
        json.Write("variant"u8, config.Variant);
        json.Write("config"u8, config.Config, ExecutionConfigJson.Write);
        json.Write("rootfs"u8, config.Rootfs, static (json, rootfs) =>
        {
            json.Write("type"u8, rootfs.Type);
            json.Write("diff_ids"u8, [.. rootfs.DiffIds.Select(id => id.ToString())]);
        });
        json.Write("history"u8, config.History, static (json, entry) =>
        {
            json.Write("created"u8, entry.Created);
            json.Write("created_by"u8, entry.CreatedBy);
            json.Write("author"u8, entry.Author);
            json.Write("comment"u8, entry.Comment);
            json.Write("empty_layer"u8, entry.EmptyLayer);
        });
    });

    private static ImageConfig? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? created = null, author = null, architecture = null, os = null, version = null, variant = null;
        ExecutionConfig? config = null;
        RootFs? rootfs = null;
        List<HistoryEntry>? history = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "created": created = json.String(); break;
                case "author": author = json.String(); break;
                case "architecture": architecture = json.String(); break;
                case "os": os = json.String(); break;
                case "os.version": version = json.String(); break;
                case "variant": variant = json.String(); break;
                case "config": config = ExecutionConfigJson.Read(ref json); break;
                case "rootfs": rootfs = ReadRootFs(ref json); break;
                case "history": history = json.List(ReadHistory); break;
                default: json.Skip(); break;
            }
        }
        return new ImageConfig
        {
            Created = created,
            Author = author,
            Architecture = architecture ?? throw json.Missing("architecture"),
            // Images of docker's first years have none, and were all for the one there was.
            OS = os ?? "linux",
            OSVersion = version,
            Variant = variant,
            Config = config,
            Rootfs = rootfs ?? throw json.Missing("rootfs"),
            History = history,
        };
    }

    private static RootFs? ReadRootFs(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? type = null;
        List<Digest>? layers = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "type": type = json.String(); break;
                // Go writes an image without layers so.
                case "diff_ids": layers = json.Digests() ?? []; break;
                default: json.Skip(); break;
            }
        }
        return new RootFs { Type = type ?? throw json.Missing("type"), DiffIds = layers ?? throw json.Missing("diff_ids") };
    }

    private static HistoryEntry? ReadHistory(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? created = null, createdBy = null, author = null, comment = null;
        bool? emptyLayer = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "created": created = json.String(); break;
                case "created_by": createdBy = json.String(); break;
                case "author": author = json.String(); break;
                case "comment": comment = json.String(); break;
                case "empty_layer": emptyLayer = json.Boolean(); break;
                default: json.Skip(); break;
            }
        }
        return new HistoryEntry { Created = created, CreatedBy = createdBy, Author = author, Comment = comment, EmptyLayer = emptyLayer };
    }
}
