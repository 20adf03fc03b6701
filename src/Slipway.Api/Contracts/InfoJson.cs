using System.Text.Json.Nodes;
using Slipway.Api.Server;
using Slipway.Api.Wire;
using Slipway.Engine.Inspecting;
using Slipway.Registry.Endpoints;

namespace Slipway.Api.Contracts;

/// <summary><c>GET /info</c> (SystemInfo): the host and the store, and what is this server's own.</summary>
internal static class InfoJson
{
    // Before that version the driver of processes was one of several.
    private const int OneDriverSince = 25;

    // dockerd names IPv6's loopback among them from that version on; older clients count what there is.
    private const int InsecureSixSince = 48;

    public static JsonObject Of(ApiServices services, ApiVersion version)
    {
        JsonObject info = InspectSystemJson.Of(services.Engine, services.Options.Version.Number);
        info["Debug"] = services.Options.Debug;
        info["NFd"] = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        info["NGoroutines"] = ThreadPool.ThreadCount;
        info["NEventsListener"] = services.Events.ListenerCount;
        info["LoggingDriver"] = services.Options.Defaults.Log.Driver;
        info["SecurityOptions"]!.AsArray()[0] = $"name=seccomp,profile={services.Options.Defaults.SeccompName}";
        info["Labels"] = InspectJson.List(services.Options.Labels);
        // What clients look for, and ask for at create, under the name that every engine has it; the path says what it is.
        info["Runtimes"]![RuntimeNames.Dockers] = info["Runtimes"]![RuntimeNames.Own]!.DeepClone();
        foreach ((string name, string program) in services.Options.Runtimes.Registered)
            info["Runtimes"]![name] = new JsonObject { ["path"] = program };
        info["DefaultRuntime"] = services.Options.Runtimes.Default ?? RuntimeNames.Dockers;
        JsonObject registries = info["RegistryConfig"]!.AsObject();
        if (!version.IsAtLeast(InsecureSixSince))
            registries["InsecureRegistryCIDRs"] = new JsonArray("127.0.0.0/8");
        AddRegistries(registries, services.Engine.Registries.Given);
        if (!version.IsAtLeast(OneDriverSince))
            info["ExecutionDriver"] = "<not supported>";
        return info;
    }

    private static void AddRegistries(JsonObject json, RegistryConfig registries)
    {
        ILookup<bool, string> insecure = registries.InsecureRegistries.ToLookup(r => System.Net.IPNetwork.TryParse(r, out _));
        JsonArray networks = json["InsecureRegistryCIDRs"]!.AsArray();
        foreach (string network in insecure[true])
            networks.Add((JsonNode)network);
        JsonObject hosts = json["IndexConfigs"]!.AsObject();
        foreach (string host in insecure[false])
            hosts[host] = new JsonObject { ["Name"] = host, ["Mirrors"] = new JsonArray(), ["Secure"] = false, ["Official"] = false };
        string[] mirrors = [.. registries.Mirrors.GetValueOrDefault("docker.io", []).Select(m => m.ToString())];
        if (mirrors.Length == 0)
            return;
        json["Mirrors"] = InspectJson.List(mirrors);
        hosts["docker.io"]!["Mirrors"] = InspectJson.List(mirrors);
    }
}
