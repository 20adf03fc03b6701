using System.Text.Json.Nodes;
using Slipway.Engine.Containers;
using Slipway.Engine.Disk;
using Slipway.Engine.Networks;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Engine.Inspecting;

/// <summary>What <c>inspect</c> prints of a container, in docker's names and nesting.</summary>
public static class InspectContainerJson
{
    /// <summary>The object.</summary>
    /// <param name="engine">Where more is known of what it names.</param>
    /// <param name="record">The container.</param>
    /// <param name="size">With its sizes, which costs a walk through its writable layer.</param>
    public static JsonObject Of(SlipwayEngine engine, ContainerRecord record, bool size)
    {
        ImageRecord? image = engine.Images.Find(record.ImageId.ToString());
        ContainerRequest request = record.Request;
        IReadOnlyList<string> command = image is null ? [] : ContainerCommand.Of(request, image);
        JsonObject json = new()
        {
            ["Id"] = record.Id,
            ["Created"] = InspectJson.Time(record.Created),
            ["Path"] = command.Count > 0 ? command[0] : "",
            ["Args"] = InspectJson.List(command.Skip(1)),
            ["State"] = InspectLifecycleJson.State(record, ContainerHealth.Of(request, image?.Config.Config) is not null),
            ["Image"] = record.ImageId.ToString(),
            ["ResolvConfPath"] = Path.Combine(engine.Containers.NameFilesOf(record), "resolv.conf"),
            ["HostnamePath"] = Path.Combine(engine.Containers.NameFilesOf(record), "hostname"),
            ["HostsPath"] = Path.Combine(engine.Containers.NameFilesOf(record), "hosts"),
            ["LogPath"] = engine.Containers.LogPathOf(record),
            ["Name"] = "/" + record.Name,
            ["RestartCount"] = record.Restarts,
            ["Driver"] = "overlay",
            ["Platform"] = "linux",
            ["MountLabel"] = "",
            ["ProcessLabel"] = "",
            ["AppArmorProfile"] = request.Security.AppArmorProfile ?? "",
            ["HostConfig"] = InspectHostConfigJson.Of(request),
            ["GraphDriver"] = new JsonObject { ["Name"] = "overlay", ["Data"] = new JsonObject { ["UpperDir"] = engine.Containers.LayerPathOf(record) } },
            ["Mounts"] = InspectMountsJson.Of(request, name => engine.Volumes.Find(name)?.Mountpoint),
            ["Config"] = Config(request, image, record),
            ["NetworkSettings"] = InspectNetworkJson.Settings(engine, record, image),
        };
        if ((request.Attachments ?? []).Any(a => a.Links.Count > 0))
            json["HostConfig"]!["Links"] = InspectJson.List(new ContainerLinks(engine.Containers.List()).LinksOf(record));
        if (engine.Containers.OwnersOf(record) is { } owners)
            json["HostConfig"]!["IDMappings"] = InspectHostConfigJson.IdMappings(owners);
        if (size)
            AddSizes(json, engine.Disk.SizeOf(record));
        return json;
    }

    /// <summary>A container's mounts.</summary>
    public static JsonArray Mounts(ContainerRequest request, Func<string, string?> mountpointOf) => InspectMountsJson.Of(request, mountpointOf);

    private static void AddSizes(JsonObject json, ContainerSize size)
    {
        json["SizeRw"] = size.WritableBytes;
        json["SizeRootFs"] = size.WritableBytes + size.ImageBytes;
    }

    private static JsonObject Config(ContainerRequest request, ImageRecord? image, ContainerRecord record)
    {
        ExecutionConfig defaults = image?.Config.Config ?? new();
        JsonObject json = new()
        {
            ["Hostname"] = request.Hostname ?? record.ShortId,
            ["Domainname"] = request.Domainname ?? "",
            ["AttachStdin"] = request.IsAttached("stdin"),
            ["AttachStdout"] = request.IsAttached("stdout"),
            ["AttachStderr"] = request.IsAttached("stderr"),
            ["User"] = request.User ?? defaults.User ?? "",
            ["Tty"] = request.Terminal,
            ["OpenStdin"] = request.Interactive,
            ["StdinOnce"] = request.Interactive && request.IsAttached("stdin"),
            ["Env"] = InspectJson.ListOrNull([.. defaults.Env ?? [], .. request.Environment]),
            ["Cmd"] = InspectJson.ListOrNull(request.Command ?? (request.Entrypoint is null ? defaults.Cmd : null) ?? []),
            ["Image"] = request.Image,
            ["Volumes"] = VolumesOf(request, defaults),
            ["OnBuild"] = (request.OnBuild ?? defaults.OnBuild) is { } later ? InspectJson.List(later) : null,
            ["WorkingDir"] = request.WorkingDirectory ?? defaults.WorkingDir ?? "",
            ["Entrypoint"] = InspectJson.ListOrNull(request.Entrypoint ?? defaults.Entrypoint ?? []),
            ["Labels"] = InspectJson.Map(record.LabelsWith(image)),
        };
        // As they were written: bollard's tests look for the 8080 that they asked for, without a protocol.
        if (Keys(NetworkManager.Exposed(request with { ExposedPorts = [] }, image).Union(request.ExposedPorts)) is { } exposed)
            json["ExposedPorts"] = exposed;
        // Where it stood before each place in a network had one of its own; there as long as one was asked for.
        if (NetworkManager.AttachmentsOf(request) is [{ MacAddress: { } mac }, ..])
            json["MacAddress"] = mac;
        if (request.NetworkDisabled)
            json["NetworkDisabled"] = true;
        if ((request.Shell ?? defaults.Shell) is { Count: > 0 } shell)
            json["Shell"] = InspectJson.List(shell);
        InspectLifecycleJson.AddConfig(json, request, defaults);
        return json;
    }

    // Places without a name: the image's own, and those that -v named alone.
    private static JsonObject? VolumesOf(ContainerRequest request, ExecutionConfig defaults) =>
        Keys((defaults.Volumes?.Keys ?? []).Concat(request.Mounts.Where(m => m.Anonymous && !m.IsDetailed).Select(m => m.Target)).Distinct());

    private static JsonObject? Keys(IEnumerable<string> keys) =>
        new JsonObject(keys.Select(k => KeyValuePair.Create(k, (JsonNode?)new JsonObject()))) is { Count: > 0 } set ? set : null;
}
