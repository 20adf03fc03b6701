using System.Text.Json.Nodes;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;

namespace Slipway.Cli.Output.Inspecting;

/// <summary>What was asked for of the host, as <c>inspect</c> prints it: <c>HostConfig</c>, by theme.</summary>
internal static class InspectHostConfigJson
{
    public static JsonObject Of(ContainerRequest request)
    {
        JsonObject host = [];
        InspectMountsJson.AddHostConfig(host, request);
        host["NetworkMode"] = request.Network;
        host["GroupAdd"] = InspectJson.List(request.Groups);
        InspectLifecycleJson.AddHostConfig(host, request);
        AddResources(host, request.Resources);
        AddSecurity(host, request.Security);
        InspectNetworkJson.AddHostConfig(host, request);
        return host;
    }

    private static void AddResources(JsonObject host, ResourceRequest resources)
    {
        host["Memory"] = resources.MemoryBytes ?? 0;
        host["NanoCpus"] = resources.NanoCpus ?? 0;
        host["PidsLimit"] = resources.PidsLimit ?? 2048;
    }

    private static void AddSecurity(JsonObject host, SecurityRequest security)
    {
        host["CapAdd"] = InspectJson.List(security.CapAdd);
        host["CapDrop"] = InspectJson.List(security.CapDrop);
        host["ReadonlyRootfs"] = security.ReadOnly;
        host["SecurityOpt"] = InspectJson.List([.. security.NoNewPrivileges ? ["no-new-privileges"] : (string[])[], .. security.SeccompUnconfined ? ["seccomp=unconfined"] : (string[])[]]);
    }
}
