using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Contracts;
using Slipway.Api.Routing;
using Slipway.Api.Wire;
using Slipway.Oci;
using Slipway.Registry;

namespace Slipway.Api.Routes;

/// <summary>What the daemon says of itself and of its host.</summary>
internal static class SystemRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Get("_ping", PingAsync);
        routes.Get("version", static r => r.JsonAsync(VersionJson.Of(r.Services)));
        routes.Get("info", static r => r.JsonAsync(InfoJson.Of(r.Services, r.Version)));
        routes.Get("system/df", DiskUsageAsync);
        routes.Post("auth", AuthAsync);
    }

    // The first request of every docker command.
    private static Task PingAsync(ApiRequest request)
    {
        var headers = request.Http.Response.Headers;
        // Clients with buildx go to BuildKit's door whatever this says; older ones have its builds over this API's own endpoint.
        headers["Builder-Version"] = request.Services.Options.PrefersBuildKit ? "2" : "1";
        headers["Swarm"] = "inactive";
        headers.CacheControl = "no-cache, no-store, must-revalidate";
        headers.Pragma = "no-cache";
        return request.TextAsync("OK");
    }

    private static Task DiskUsageAsync(ApiRequest request)
    {
        IReadOnlyList<string> types = request.QueryAll("type");
        if (types.FirstOrDefault(t => t is not ("container" or "image" or "volume" or "build-cache")) is { } unknown)
            throw ApiException.BadRequest($"unknown object type: {Linux.Printable.Escape(unknown)}");
        return request.JsonAsync(DiskUsageJson.Of(request, types));
    }

    private static async Task AuthAsync(ApiRequest request)
    {
        JsonInput body = await request.BodyAsync().ConfigureAwait(false);
        string host = Engine.Registries.RegistryManager.HostOf(body.Text("serveraddress"));
        try
        {
            await request.Engine.Registries.CheckAsync(host, body.Text("username") ?? "", body.Text("password") ?? body.Text("identitytoken") ?? "", RegistryAuth.Read(request), request.Gone).ConfigureAwait(false);
        }
        // It is the registry that doesn't know whoever asks, not we that forbid it.
        catch (RegistryException e) when (e is { Kind: ErrorKind.Denied, Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden })
        {
            throw new ApiException(StatusCodes.Status401Unauthorized, ApiError.MessageOf(e));
        }
        await request.JsonAsync(new JsonObject { ["Status"] = "Login Succeeded", ["IdentityToken"] = "" }).ConfigureAwait(false);
    }
}
