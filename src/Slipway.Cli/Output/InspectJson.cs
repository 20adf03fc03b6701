using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Disk;
using Slipway.Engine.Volumes;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Cli.Output;

/// <summary>The objects that <c>inspect</c> prints, in docker's names and nesting.</summary>
internal static class InspectJson
{
    // The nodes hold nothing but strings, numbers and truth values: no type has to be looked up.
    private static readonly IJsonTypeInfoResolver s_noTypes = JsonTypeInfoResolver.Combine();

    public static JsonSerializerOptions Indented { get; } = new()
    {
        WriteIndented = true,
        IndentSize = 4,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = s_noTypes,
    };

    public static JsonSerializerOptions Compact { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = s_noTypes };

    public static JsonObject Of(VolumeRecord volume) => new()
    {
        ["CreatedAt"] = Time(volume.Created),
        ["Driver"] = "local",
        ["Labels"] = Map(volume.Labels),
        ["Mountpoint"] = volume.Mountpoint,
        ["Name"] = volume.Name,
        ["Options"] = null,
        ["Scope"] = "local",
    };

    public static JsonObject Of(SlipwayEngine engine, ImageRecord image) => new()
    {
        ["Id"] = image.Id.ToString(),
        ["RepoTags"] = List(image.Names.Where(n => n.Tag is not null).Select(n => n.Familiar)),
        ["RepoDigests"] = List(engine.Images.DigestsOf(image).Select(d => d.Familiar)),
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

    public static JsonObject Of(SlipwayEngine engine, ContainerRecord record, bool size)
    {
        ImageRecord? image = engine.Images.Find(record.ImageId.ToString());
        ContainerRequest request = record.Request;
        IReadOnlyList<string> command = image is null ? [] : ContainerCommand.Of(request, image);
        JsonObject json = new()
        {
            ["Id"] = record.Id,
            ["Created"] = Time(record.Created),
            ["Path"] = command.Count > 0 ? command[0] : "",
            ["Args"] = List(command.Skip(1)),
            ["State"] = State(record),
            ["Image"] = record.ImageId.ToString(),
            ["LogPath"] = engine.Containers.LogPathOf(record),
            ["Name"] = "/" + record.Name,
            ["RestartCount"] = 0,
            ["Driver"] = "overlay",
            ["Platform"] = "linux",
            ["HostConfig"] = InspectNetworkJson.AddHostConfig(HostConfig(request), request),
            ["GraphDriver"] = new JsonObject { ["Name"] = "overlay", ["Data"] = new JsonObject { ["UpperDir"] = engine.Containers.LayerPathOf(record) } },
            ["Mounts"] = Mounts(engine, request),
            ["Config"] = Config(request, image, record),
            ["NetworkSettings"] = InspectNetworkJson.Settings(engine, record, image),
        };
        if (size)
            AddSizes(json, engine.Disk.SizeOf(record));
        return json;
    }

    private static void AddSizes(JsonObject json, ContainerSize size)
    {
        json["SizeRw"] = size.WritableBytes;
        json["SizeRootFs"] = size.WritableBytes + size.ImageBytes;
    }

    private static JsonObject State(ContainerRecord record) => new()
    {
        ["Status"] = record.State,
        ["Running"] = record.IsRunning,
        ["Paused"] = record.IsPaused,
        ["Restarting"] = false,
        ["OOMKilled"] = record.OomKilled,
        ["Dead"] = record.Status is ContainerStatus.Removing,
        ["Pid"] = record.Pid,
        ["ExitCode"] = record.ExitCode,
        ["Error"] = record.Error ?? "",
        ["StartedAt"] = Time(record.StartedAt),
        ["FinishedAt"] = Time(record.FinishedAt),
    };

    private static JsonObject HostConfig(ContainerRequest request) => new()
    {
        ["Binds"] = List(request.Mounts.Where(m => !m.Anonymous).Select(m => $"{m.Source}:{m.Target}{(m.ReadOnly ? ":ro" : "")}")),
        ["NetworkMode"] = request.Network,
        ["AutoRemove"] = request.AutoRemove,
        ["CapAdd"] = List(request.CapAdd),
        ["CapDrop"] = List(request.CapDrop),
        ["GroupAdd"] = List(request.Groups),
        ["ReadonlyRootfs"] = request.ReadOnly,
        ["Memory"] = request.MemoryBytes ?? 0,
        ["NanoCpus"] = request.NanoCpus ?? 0,
        ["PidsLimit"] = request.PidsLimit ?? 2048,
        ["SecurityOpt"] = List([.. request.NoNewPrivileges ? ["no-new-privileges"] : (string[])[], .. request.SeccompUnconfined ? ["seccomp=unconfined"] : (string[])[]]),
    };

    private static JsonObject Config(ContainerRequest request, ImageRecord? image, ContainerRecord record)
    {
        ExecutionConfig defaults = image?.Config.Config ?? new();
        Dictionary<string, string> labels = new(defaults.Labels ?? new Dictionary<string, string>());
        foreach ((string key, string value) in request.Labels)
            labels[key] = value;
        return new()
        {
            ["Hostname"] = request.Hostname ?? record.ShortId,
            ["Domainname"] = request.Domainname ?? "",
            ["ExposedPorts"] = new JsonObject(Engine.Networks.NetworkManager.Exposed(request, image).Select(p => KeyValuePair.Create(p, (JsonNode?)new JsonObject()))),
            ["User"] = request.User ?? defaults.User ?? "",
            ["Tty"] = request.Terminal,
            ["OpenStdin"] = request.Interactive,
            ["StdinOnce"] = request.Interactive,
            ["Env"] = List([.. defaults.Env ?? [], .. request.Environment]),
            ["Cmd"] = List(request.Command ?? (request.Entrypoint is null ? defaults.Cmd : null) ?? []),
            ["Image"] = request.Image,
            ["WorkingDir"] = request.WorkingDirectory ?? defaults.WorkingDir ?? "",
            ["Entrypoint"] = List(request.Entrypoint ?? defaults.Entrypoint ?? []),
            ["Labels"] = Map(labels),
            ["StopSignal"] = request.StopSignal ?? defaults.StopSignal ?? "SIGTERM",
            ["StopTimeout"] = request.StopTimeout ?? 10,
        };
    }

    private static JsonArray Mounts(SlipwayEngine engine, ContainerRequest request) => [.. request.Mounts.Select(m =>
    {
        bool isVolume = m.Kind is MountKind.Volume;
        JsonObject mount = new() { ["Type"] = isVolume ? "volume" : "bind" };
        if (isVolume)
            mount["Name"] = m.Source;
        mount["Source"] = isVolume ? engine.Volumes.List().FirstOrDefault(v => v.Name == m.Source)?.Mountpoint : m.Source;
        mount["Destination"] = m.Target;
        mount["Mode"] = m.ReadOnly ? "ro" : "";
        mount["RW"] = !m.ReadOnly;
        return (JsonNode)mount;
    })];

    private static JsonNode? ExecutionConfig(ExecutionConfig config) => JsonNode.Parse(ExecutionConfigJson.Write(config));

    internal static JsonArray List(IEnumerable<string> items) => [.. items.Select(i => (JsonNode)JsonValue.Create(i))];

    internal static JsonObject Map(IEnumerable<KeyValuePair<string, string>> items) =>
        new(items.Select(i => KeyValuePair.Create(i.Key, (JsonNode?)JsonValue.Create(i.Value))));

    internal static string Time(DateTimeOffset? time) => time is { } t
        ? t.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", System.Globalization.CultureInfo.InvariantCulture)
        : "0001-01-01T00:00:00Z";
}
