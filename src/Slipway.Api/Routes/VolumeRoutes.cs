using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Routing;
using Slipway.Api.Wire;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Inspecting;
using Slipway.Engine.Pruning;
using Slipway.Engine.Volumes;

namespace Slipway.Api.Routes;

/// <summary>Volumes.</summary>
internal static class VolumeRoutes
{
    private const int NamedStaySince = 42;

    public static void Add(RouteTable routes)
    {
        routes.Get("volumes", ListAsync);
        routes.Post("volumes/create", CreateAsync);
        routes.Post("volumes/prune", PruneAsync);
        routes.Get("volumes/*", static r => r.JsonAsync(InspectJson.Of(r.Engine.Volumes.Get(r.Value()))));
        routes.Delete("volumes/*", RemoveAsync);
        routes.Put("volumes/*", static _ => throw SwarmRoutes.NoManager());
    }

    private static Task ListAsync(ApiRequest request)
    {
        var filter = VolumeFilter.Parse(request.Filters());
        VolumeManager volumes = request.Engine.Volumes;
        IEnumerable<JsonNode> found = volumes.List().Where(v => filter.Matches(v, () => volumes.CountUsers(v.Name) > 0)).Select(v => (JsonNode)InspectJson.Of(v));
        return request.JsonAsync(new JsonObject { ["Volumes"] = new JsonArray([.. found]), ["Warnings"] = null });
    }

    private static async Task CreateAsync(ApiRequest request)
    {
        JsonInput body = await request.BodyAsync(required: false).ConfigureAwait(false);
        // The one that is there is told of before the driver that isn't.
        if (body.Text("Driver") is not (null or "" or "local") && body.Text("Name") is { } name && request.Engine.Volumes.Find(name) is not null)
            throw new ApiException(StatusCodes.Status409Conflict, $"create {Linux.Printable.Escape(name)}: conflict: volume name must be unique: it is there with the driver local");
        VolumeDriver.Check(body.Text("Driver"));
        VolumeRecord volume = request.Engine.Volumes.Create(body.Text("Name"), body.Map("Labels"), VolumeDriver.CheckOptions(body.Map("DriverOpts")));
        await request.JsonAsync(InspectJson.Of(volume), StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static Task RemoveAsync(ApiRequest request)
    {
        request.Engine.Volumes.Remove(request.Value(), request.Flag("force"));
        return request.EmptyAsync();
    }

    // Since 1.42 those that have a name stay unless all=true is asked for.
    private static Task PruneAsync(ApiRequest request)
    {
        IReadOnlyList<string> filters = request.Filters();
        if (filters.Any(f => f.StartsWith("until=", StringComparison.Ordinal)))
            throw ApiException.BadRequest("invalid filter 'until'");
        bool named = !request.Version.IsAtLeast(NamedStaySince) || AllOf(filters);
        var prune = new PruneRequest { Kinds = [PruneKind.Volume], NamedVolumes = named, Filter = PruneRequest.ReadFilter(filters.Where(f => !f.StartsWith("all=", StringComparison.Ordinal))) };
        PruneReport report = request.Engine.Pruning.Prune(prune, request.Http.RequestAborted);
        return request.JsonAsync(new JsonObject { ["VolumesDeleted"] = InspectJson.List(report.Removed.Select(o => o.Candidate.Name)), ["SpaceReclaimed"] = report.Bytes });
    }

    // One value, as Go reads truth.
    private static bool AllOf(IReadOnlyList<string> filters) => filters.Where(f => f.StartsWith("all=", StringComparison.Ordinal)).Select(f => f[4..]).ToList() switch
    {
        [] or ["0" or "f" or "F" or "false" or "False" or "FALSE"] => false,
        ["1" or "t" or "T" or "true" or "True" or "TRUE"] => true,
        [var other] => throw ApiException.BadRequest($"invalid filter 'all': '{Linux.Printable.Escape(other)}' is neither true nor false"),
        _ => throw ApiException.BadRequest("invalid filter 'all': only one value is expected"),
    };
}
