using System.Text.Json.Nodes;
using Slipway.Engine;
using Slipway.Engine.Containers;

namespace Slipway.Cli.Output.Inspecting;

/// <summary>A container's mounts, as <c>inspect</c> prints them.</summary>
internal static class InspectMountsJson
{
    public static JsonArray Of(SlipwayEngine engine, ContainerRequest request) => [.. request.Mounts.Select(m =>
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

    /// <summary>Adds to a container's <c>HostConfig</c>.</summary>
    public static void AddHostConfig(JsonObject host, ContainerRequest request) =>
        host["Binds"] = InspectJson.List(request.Mounts.Where(m => !m.Anonymous).Select(m => $"{m.Source}:{m.Target}{(m.ReadOnly ? ":ro" : "")}"));
}
