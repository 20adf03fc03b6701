using System.Text.Json.Nodes;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Containers.Users;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Specs;

namespace Slipway.Engine.Inspecting;

/// <summary>What was asked for of the host, as <c>inspect</c> prints it: <c>HostConfig</c>, by theme.</summary>
internal static class InspectHostConfigJson
{
    public static JsonObject Of(ContainerRequest request)
    {
        JsonObject host = [];
        InspectMountsJson.AddHostConfig(host, request);
        host["NetworkMode"] = request.Network;
        host["GroupAdd"] = InspectJson.ListOrNull(request.Groups);
        if (request.Annotations.Count > 0)
            host["Annotations"] = InspectJson.Map(request.Annotations);
        InspectLifecycleJson.AddHostConfig(host, request);
        AddMemory(host, request.Resources);
        AddProcessors(host, request.Resources);
        AddDisks(host, request.Resources);
        AddSecurity(host, request.Security);
        AddNamespaces(host, request.Security);
        InspectNetworkJson.AddHostConfig(host, request);
        host["Runtime"] = request.Runtime ?? "slip-runtime";
        host["Isolation"] = request.Isolation ?? "";
        host["VolumeDriver"] = request.VolumeDriver ?? "";
        AddOthers(host, request);
        return host;
    }

    /// <summary>Which ids are which outside.</summary>
    public static JsonObject IdMappings(OwnerMap maps)
    {
        static JsonArray Ranges(IEnumerable<IdMapping> ranges) => InspectJson.List(ranges.Select(r => $"{r.ContainerId}:{r.HostId}:{r.Size}"));
        return new() { ["UidMap"] = Ranges(maps.Uids), ["GidMap"] = Ranges(maps.Gids) };
    }

    private static void AddMemory(JsonObject host, ResourceRequest resources)
    {
        long memory = resources.MemoryBytes ?? 0;
        host["Memory"] = memory;
        host["MemoryReservation"] = resources.MemoryReservation ?? 0;
        host["MemorySwap"] = resources.MemorySwap is null or 0 ? memory * 2 : resources.MemorySwap;
        host["MemorySwappiness"] = resources.MemorySwappiness;
        host["OomKillDisable"] = resources.OomKillDisable;
        host["OomScoreAdj"] = resources.OomScoreAdj ?? 0;
        host["PidsLimit"] = Math.Max(resources.PidsLimit ?? DefaultSpec.PidsLimit, 0); // 0 is docker's for no limit
        host["ShmSize"] = resources.ShmBytes ?? ResourceRequest.UsualShmBytes;
        host["CgroupParent"] = resources.CgroupParent ?? "";
        host["Ulimits"] = new JsonArray([.. resources.Ulimits.Select(l => (JsonNode)new JsonObject { ["Name"] = l.Name, ["Hard"] = l.Hard, ["Soft"] = l.Soft })]);
    }

    private static void AddProcessors(JsonObject host, ResourceRequest resources)
    {
        host["NanoCpus"] = resources.NanoCpus ?? 0;
        host["CpuShares"] = resources.CpuShares ?? 0;
        host["CpuPeriod"] = resources.CpuPeriod ?? 0;
        host["CpuQuota"] = resources.CpuQuota ?? 0;
        host["CpuRealtimePeriod"] = resources.CpuRealtimePeriod ?? 0;
        host["CpuRealtimeRuntime"] = resources.CpuRealtimeRuntime ?? 0;
        host["CpusetCpus"] = resources.CpusetCpus ?? "";
        host["CpusetMems"] = resources.CpusetMems ?? "";
    }

    private static void AddDisks(JsonObject host, ResourceRequest resources)
    {
        host["BlkioWeight"] = resources.BlkioWeight ?? 0;
        host["BlkioWeightDevice"] = Rates(resources.BlkioWeightDevices, "Weight");
        host["BlkioDeviceReadBps"] = Rates(resources.DeviceReadBps, "Rate");
        host["BlkioDeviceWriteBps"] = Rates(resources.DeviceWriteBps, "Rate");
        host["BlkioDeviceReadIOps"] = Rates(resources.DeviceReadIops, "Rate");
        host["BlkioDeviceWriteIOps"] = Rates(resources.DeviceWriteIops, "Rate");
    }

    private static void AddSecurity(JsonObject host, SecurityRequest security)
    {
        host["Privileged"] = security.Privileged;
        host["CapAdd"] = InspectJson.ListOrNull(security.CapAdd);
        host["CapDrop"] = InspectJson.ListOrNull(security.CapDrop);
        host["ReadonlyRootfs"] = security.ReadOnly;
        host["SecurityOpt"] = InspectJson.ListOrNull(SecurityOptions.Written(security));
        host["Devices"] = new JsonArray([.. security.Devices.Select(d => (JsonNode)new JsonObject { ["PathOnHost"] = d.HostPath, ["PathInContainer"] = d.ContainerPath, ["CgroupPermissions"] = d.Access })]);
        host["DeviceCgroupRules"] = InspectJson.ListOrNull(security.DeviceRules);
        host["DeviceRequests"] = security.DriverRequests.Count == 0 ? null : new JsonArray([.. security.DriverRequests.Select(r => (JsonNode)new JsonObject
        {
            ["Driver"] = r.Driver,
            ["Count"] = r.Count,
            ["DeviceIDs"] = r.Ids.Count == 0 ? null : InspectJson.List(r.Ids),
            ["Capabilities"] = r.Capabilities.Count == 0 ? null : new JsonArray([.. r.Capabilities.Select(c => (JsonNode)InspectJson.List(c.Split(','))!)]),
            ["Options"] = r.Options.Count == 0 ? null : InspectJson.Map(r.Options),
        })]);
        if (security.Sysctls.Count > 0)
            host["Sysctls"] = InspectJson.Map(security.Sysctls);
        bool shown = security.Privileged || security.SystemPathsUnconfined;
        host["MaskedPaths"] = security.MaskedPaths is { } masked ? InspectJson.List(masked) : shown ? null : InspectJson.List(DefaultSpec.MaskedPaths);
        host["ReadonlyPaths"] = security.ReadonlyPaths is { } readOnly ? InspectJson.List(readOnly) : shown ? null : InspectJson.List(DefaultSpec.ReadonlyPaths);
    }

    private static void AddNamespaces(JsonObject host, SecurityRequest security)
    {
        host["PidMode"] = security.PidMode ?? "";
        host["IpcMode"] = security.IpcMode ?? "private";
        host["UTSMode"] = security.UtsMode ?? "";
        host["UsernsMode"] = security.UsernsMode ?? "";
        // podman's; docker maps all containers or none.
        if (UserMode.MapsOf(security) is { } maps)
            host["IDMappings"] = IdMappings(maps);
        host["CgroupnsMode"] = security.CgroupnsMode ?? "private";
    }

    // A client's own, Windows', and what no engine has any more: always there.
    private static void AddOthers(JsonObject host, ContainerRequest request)
    {
        host["ContainerIDFile"] = request.ContainerIdFile ?? "";
        host["Cgroup"] = "";
        host["ConsoleSize"] = new JsonArray(request.ConsoleSize?.Height ?? 0, request.ConsoleSize?.Width ?? 0);
        foreach (string name in (ReadOnlySpan<string>)["CpuCount", "CpuPercent", "IOMaximumIOps", "IOMaximumBandwidth"])
            host[name] = 0;
    }

    private static JsonArray Rates(IReadOnlyList<DeviceRate> devices, string name) =>
        [.. devices.Select(d => (JsonNode)new JsonObject { ["Path"] = d.Path, [name] = d.Rate })];
}
