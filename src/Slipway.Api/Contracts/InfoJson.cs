using System.Text.Json.Nodes;
using Slipway.Api.Server;
using Slipway.Engine.Inspecting;

namespace Slipway.Api.Contracts;

/// <summary><c>GET /info</c> (SystemInfo): the host and the store, and what is this server's own.</summary>
internal static class InfoJson
{
    public static JsonObject Of(ApiServices services)
    {
        JsonObject info = InspectSystemJson.Of(services.Engine, services.Options.Version);
        info["Debug"] = services.Options.Debug;
        info["NFd"] = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        info["NGoroutines"] = ThreadPool.ThreadCount;
        info["NEventsListener"] = services.Events.ListenerCount;
        info["Labels"] = InspectJson.List(services.Options.Labels);
        return info;
    }
}
