using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Slipway.Engine.Volumes;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Engine.Inspecting;

/// <summary>The objects that <c>inspect</c> prints, in docker's names and nesting.</summary>
public static class InspectJson
{
    // The nodes hold nothing but strings, numbers and truth values: no type has to be looked up.
    private static readonly IJsonTypeInfoResolver s_noTypes = JsonTypeInfoResolver.Combine();

    /// <summary>For people.</summary>
    public static JsonSerializerOptions Indented { get; } = new()
    {
        WriteIndented = true,
        IndentSize = 4,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = s_noTypes,
    };

    /// <summary>For programs.</summary>
    public static JsonSerializerOptions Compact { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = s_noTypes };

    /// <summary>A volume.</summary>
    public static JsonObject Of(VolumeRecord volume) => new()
    {
        ["CreatedAt"] = Time(volume.Created),
        ["Driver"] = "local",
        ["Labels"] = volume.Labels.Count == 0 ? null : Map(volume.Labels),
        ["Mountpoint"] = volume.Mountpoint,
        ["Name"] = volume.Name,
        ["Options"] = volume.Options.Count == 0 ? null : Map(volume.Options),
        ["Scope"] = "local",
    };

    /// <summary>An image.</summary>
    public static JsonObject Of(SlipwayEngine engine, ImageRecord image) => new()
    {
        ["Id"] = image.Id.ToString(),
        ["RepoTags"] = List(image.Names.Where(n => n.Tag is not null).Select(n => n.Familiar)),
        ["RepoDigests"] = List(engine.Images.DigestsOf(image).Select(d => d.Familiar)),
        // Docker's, of an image that was made of another here; nobody else's builds leave it.
        ["Parent"] = Recording.CommitRecord.ParentOf(image) is { } parent && engine.Images.Find(parent) is not null ? parent : "",
        ["Comment"] = image.Config.History is [.., var last] ? last.Comment ?? "" : "",
        ["Created"] = image.Config.Created,
        ["Author"] = image.Config.Author ?? "",
        ["Config"] = ExecutionConfig(image.Config.Config ?? new()),
        ["Architecture"] = image.Config.Architecture,
        ["Os"] = image.Config.OS,
        ["Size"] = engine.Disk.LayerBytes(image),
        ["RootFS"] = new JsonObject
        {
            ["Type"] = "layers",
            ["Layers"] = List(image.Config.Rootfs.DiffIds.Select(d => d.ToString())),
        },
        ["Descriptor"] = new JsonObject { ["mediaType"] = image.Manifest.MediaType ?? MediaTypes.Manifest, ["digest"] = image.Id.ToString() },
        ["Slipway"] = new JsonObject
        {
            ["ConfigDigest"] = image.Manifest.Config.Digest.ToString(),
            ["Layers"] = new JsonArray([.. image.ChainIds.Select((c, i) => (JsonNode)new JsonObject
            {
                ["ChainId"] = c.ToString(),
                ["DiffId"] = image.Config.Rootfs.DiffIds[i].ToString(),
                ["Blob"] = image.Manifest.Layers[i].Digest.ToString(),
                ["Bytes"] = engine.Disk.BytesOf(c),
            })]),
        },
    };

    // Clients look at this member, and others, without asking whether it is there.
    private static JsonNode? ExecutionConfig(ExecutionConfig config)
    {
        JsonNode? json = JsonNode.Parse(ExecutionConfigJson.Write(config));
        foreach (string name in (ReadOnlySpan<string>)["Env", "Cmd", "Entrypoint", "Volumes", "OnBuild", "Labels"])
        {
            if (json is JsonObject all && !all.ContainsKey(name))
                all[name] = null;
        }
        return json;
    }

    /// <summary>A list of strings.</summary>
    public static JsonArray List(IEnumerable<string> items) => [.. items.Select(i => (JsonNode)JsonValue.Create(i))];

    /// <summary>A list of strings where docker has none rather than an empty one.</summary>
    public static JsonArray? ListOrNull(IEnumerable<string> items) => List(items) is { Count: > 0 } list ? list : null;

    /// <summary>An object of strings.</summary>
    public static JsonObject Map(IEnumerable<KeyValuePair<string, string>> items) =>
        new(items.Select(i => KeyValuePair.Create(i.Key, (JsonNode?)JsonValue.Create(i.Value))));

    /// <summary>RFC 3339; what never was is the year 1, as in Go.</summary>
    public static string Time(DateTimeOffset? time) => time is { } t
        ? t.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", System.Globalization.CultureInfo.InvariantCulture)
        : "0001-01-01T00:00:00Z";
}
