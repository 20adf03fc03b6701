using System.Text.Json.Nodes;
using Slipway.Api.Wire;
using Slipway.Build.Cache;
using Slipway.Engine.Containers;
using Slipway.Engine.Disk;
using Slipway.Engine.Inspecting;
using Slipway.Oci;

namespace Slipway.Api.Contracts;

/// <summary><c>GET /system/df</c>, of all kinds of things or of those that were asked for.</summary>
internal static class DiskUsageJson
{
    public static JsonObject Of(ApiRequest request, IReadOnlyList<string> types)
    {
        IReadOnlyList<ContainerRecord> containers = request.Engine.Containers.List();
        DiskUsage usage = request.Engine.Disk.Read(containers, request.Gone);
        bool Wants(string type) => types.Count == 0 || types.Contains(type);
        JsonObject json = [];
        if (Wants("image"))
        {
            ILookup<Digest, Reference> digests = request.Engine.Images.AllDigests();
            json["LayersSize"] = usage.Lines.First(l => l.Type == "Images").Bytes;
            json["Images"] = new JsonArray([.. usage.Images.Select(i =>
                (JsonNode)ImageSummaryJson.Of(i.Image, i.Image.Names, digests[i.Image.Id], i.UniqueBytes + i.SharedBytes, i.SharedBytes, i.Containers))]);
        }
        if (Wants("container"))
        {
            var summary = new ContainerSummaryJson(request.Engine, containers, size: true, annotations: true);
            json["Containers"] = new JsonArray([.. usage.Containers.Select(c => (JsonNode)summary.Of(c.Container))]);
        }
        if (Wants("volume"))
            json["Volumes"] = new JsonArray([.. usage.Volumes.Select(v => (JsonNode)Of(v))]);
        if (Wants("build-cache"))
        {
            json["BuildCache"] = new JsonArray([.. usage.Cache.Select(c => (JsonNode)Of(c))]);
            json["BuilderSize"] = usage.Lines.First(l => l.Type == "Build Cache").Bytes;
        }
        // Ours, beside docker's members: what was removed and can be brought back.
        UsageLine trash = usage.Lines.First(l => l.Type == "Trash");
        json["SlipwayTrash"] = new JsonObject { ["Count"] = trash.Total, ["Size"] = trash.Bytes };
        return json;
    }

    private static JsonObject Of(VolumeUsageLine line)
    {
        JsonObject volume = InspectJson.Of(line.Volume);
        volume["UsageData"] = new JsonObject { ["Size"] = line.Bytes, ["RefCount"] = line.Users };
        return volume;
    }

    private static JsonObject Of(CacheRecord record) => new()
    {
        ["ID"] = record.Id,
        ["Parents"] = null,
        ["Type"] = record.Type,
        ["Description"] = record.Description,
        ["InUse"] = record.IsInUse,
        ["Shared"] = record.IsShared,
        ["Size"] = record.Bytes,
        ["CreatedAt"] = InspectJson.Time(record.Created),
        ["LastUsedAt"] = InspectJson.Time(record.Used),
        ["UsageCount"] = record.Uses,
    };
}
