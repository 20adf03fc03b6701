using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Routing;
using Slipway.Api.Wire;

namespace Slipway.Api.Routes;

/// <summary>Swarm's endpoints, answered as a daemon does that is in none; and plugins, of which there are none.</summary>
internal static class SwarmRoutes
{
    public static void Add(RouteTable routes)
    {
        foreach (string path in (ReadOnlySpan<string>)["nodes", "nodes/*", "swarm", "swarm/unlockkey", "services", "services/*", "services/*/logs", "tasks", "tasks/*", "tasks/*/logs", "secrets", "secrets/*", "configs", "configs/*"])
            routes.Get(path, static _ => throw NoManager());
        foreach (string path in (ReadOnlySpan<string>)["nodes/*/update", "swarm/update", "swarm/unlock", "services/create", "services/*/update", "secrets/create", "secrets/*/update", "configs/create", "configs/*/update"])
            routes.Post(path, static _ => throw NoManager());
        foreach (string path in (ReadOnlySpan<string>)["nodes/*", "services/*", "secrets/*", "configs/*"])
            routes.Delete(path, static _ => throw NoManager());
        routes.Post("swarm/leave", static _ => throw new ApiException(StatusCodes.Status503ServiceUnavailable, "This node is not part of a swarm"));
        // Docker's status for all that can't be of a swarm: clients that would have one go on without it, as where the node is in another's.
        foreach (string path in (ReadOnlySpan<string>)["swarm/init", "swarm/join"])
            routes.Post(path, static _ => throw new ApiException(StatusCodes.Status503ServiceUnavailable, "swarm mode is not there: one machine's containers are served, and many machines' are an orchestrator's"));
        routes.Get("plugins", static r => r.JsonAsync(new JsonArray()));
        routes.Get("plugins/privileges", static _ => throw NoPlugins());
        routes.Get("plugins/**/json", static r => throw new ApiException(StatusCodes.Status404NotFound, $"plugin \"{Linux.Printable.Escape(r.Value())}\" not found"));
        foreach (string path in (ReadOnlySpan<string>)["plugins/pull", "plugins/create", "plugins/**/enable", "plugins/**/disable", "plugins/**/upgrade", "plugins/**/push", "plugins/**/set"])
            routes.Post(path, static _ => throw NoPlugins());
        routes.Delete("plugins/**", static _ => throw NoPlugins());
    }

    public static ApiException NoManager() => new(
        StatusCodes.Status503ServiceUnavailable,
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.");

    private static ApiException NoPlugins() => new(StatusCodes.Status501NotImplemented, "plugins are not there: volumes, networks and logs have the drivers that 'docker info' lists");
}
