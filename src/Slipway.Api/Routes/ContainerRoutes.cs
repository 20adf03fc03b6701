using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Contracts;
using Slipway.Api.Contracts.Requests;
using Slipway.Api.Routing;
using Slipway.Api.Server;
using Slipway.Api.Wire;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Inspecting;
using Slipway.Engine.Networks;
using Slipway.Engine.Pruning;
using Slipway.Oci;

namespace Slipway.Api.Routes;

/// <summary>Containers as things: made, listed, looked at, changed, removed.</summary>
internal static class ContainerRoutes
{
    private const int NamesApartSince = 45;

    public static void Add(RouteTable routes)
    {
        routes.Get("containers/json", ListAsync);
        routes.Post("containers/create", CreateAsync);
        routes.Post("containers/prune", PruneAsync);
        routes.Get("containers/*/json", InspectAsync);
        routes.Get("containers/*/*/json", InspectLinkedAsync);
        routes.Post("containers/*/rename", RenameAsync);
        routes.Post("containers/*/update", UpdateAsync);
        routes.Delete("containers/*", RemoveAsync);
        routes.Delete("containers/*/*", RemoveLinkAsync);
    }

    private static Task ListAsync(ApiRequest request)
    {
        ContainerFilter filter = request.Engine.Containers.ReadFilter(request.Filters());
        int limit = request.Number("limit") is { } asked and > 0 ? asked : int.MaxValue;
        bool all = request.Flag("all") || limit != int.MaxValue || filter.AsksForStatus;
        IReadOnlyList<ContainerRecord> containers = request.Engine.Containers.List();
        var summary = new ContainerSummaryJson(request.Engine, containers, request.Flag("size"), OldClient.ListsAnnotations(request.Version));
        return request.JsonListAsync(containers.Where(c => (all || c.IsActive) && filter.Matches(c)).Take(limit).Select(summary.Of));
    }

    private static async Task CreateAsync(ApiRequest request)
    {
        JsonInput body = await request.BodyAsync().ConfigureAwait(false);
        ContainerRequest wanted = OldClient.Read(ContainerCreateReader.Read(body, request.Query("name") is { Length: > 0 } name ? name : null, request.Version), request.Version);
        ApiOptions options = request.Services.Options;
        wanted = options.Defaults.ApplyTo(wanted) with { Runtime = wanted.Runtime ?? options.Runtimes.Default };
        options.Runtimes.Require(wanted.Runtime);
        wanted = wanted with
        {
            Network = Joined(request, wanted.Network)!,
            Security = wanted.Security with { PidMode = Joined(request, wanted.Security.PidMode), IpcMode = Joined(request, wanted.Security.IpcMode) },
        };
        if (OldClient.HasPlatform(request.Version))
            PlatformCheck.Require(request.Engine, wanted.Image, request.Query("platform"));
        ContainerRecord made = request.Engine.Containers.Create(wanted);
        await request.JsonAsync(
            new JsonObject { ["Id"] = made.Id, ["Warnings"] = InspectJson.List(ResourceCheck.Warnings(wanted.Resources).Concat(NetworkReader.Warnings(body, request.Version))) }, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    // docker keeps the id of the container whose namespace is joined: clients compare it, and a container that is renamed is still the one. What isn't there is the engine's to refuse.
    private static string? Joined(ApiRequest request, string? mode) =>
        SharedMode.ContainerOf(mode) is { } name && request.Engine.Containers.Find(name) is { } other ? SharedMode.Of(other.Id) : mode;

    private static Task InspectAsync(ApiRequest request) => InspectAsync(request, request.Engine.Containers.Get(request.Value()));

    // The name of a link is one of the container that it leads to: /ASKER/ALIAS.
    private static Task InspectLinkedAsync(ApiRequest request) => InspectAsync(request, new ContainerLinks(request.Engine.Containers.List()).Find($"/{request.Value()}/{request.Value(1)}")
        ?? throw new SlipwayException(ErrorKind.NotFound, $"No such container: {request.Value()}/{request.Value(1)}"));

    private static Task InspectAsync(ApiRequest request, ContainerRecord container)
    {
        JsonObject json = InspectContainerJson.Of(request.Engine, container, request.Flag("size"));
        json["ExecIDs"] = container.IsRunning && request.Services.Execs.OpenIn(container.Id, container.StartedAt) is { Count: > 0 } open ? InspectJson.List(open) : null;
        return request.JsonAsync(OfVersion(request.Version, json));
    }

    // The short id stood among the aliases before it got a list of its own with all names.
    private static JsonObject OfVersion(ApiVersion version, JsonObject container)
    {
        if (version.IsAtLeast(NamesApartSince))
            return container;
        string shortId = container["Id"]!.GetValue<string>()[..12];
        foreach ((string _, JsonNode? place) in container["NetworkSettings"]!["Networks"]!.AsObject())
        {
            if (place!["DNSNames"] is null)
                continue;
            JsonArray aliases = place["Aliases"] as JsonArray ?? [];
            if (!aliases.Any(a => a!.GetValue<string>() == shortId))
                aliases.Add((JsonNode)shortId);
            if (place["Aliases"] is null)
                place["Aliases"] = aliases;
        }
        return container;
    }

    private static Task RenameAsync(ApiRequest request)
    {
        request.Engine.Containers.Rename(request.Value(), request.Query("name") is { Length: > 0 } name ? name : throw ApiException.BadRequest("Neither old nor new names may be empty"));
        return request.EmptyAsync();
    }

    private static async Task UpdateAsync(ApiRequest request)
    {
        JsonInput body = await request.BodyAsync().ConfigureAwait(false);
        IEnumerable<string> warnings = [];
        request.Engine.Containers.Update(request.Value(), now =>
        {
            ResourceRequest resources = ResourceReader.Update(body, now.Resources, request.Version);
            warnings = ResourceCheck.Warnings(resources);
            return now with
            {
                Resources = resources == now.Resources ? now.Resources : resources,
                Restart = body.TryObject("RestartPolicy") is { } policy && policy.Text("Name") is not null ? HostConfigReader.Restart(policy) : now.Restart,
            };
        });
        await request.JsonAsync(new JsonObject { ["Warnings"] = InspectJson.List(warnings) }).ConfigureAwait(false);
    }

    private static Task RemoveAsync(ApiRequest request)
    {
        if (request.Flag("link"))
            throw new ApiException(StatusCodes.Status409Conflict, "Conflict, cannot remove the default link name of the container");
        request.Engine.Containers.Remove(request.Value(), request.Flag("force"), request.Flag("v"));
        return request.EmptyAsync();
    }

    // A link is called as a file of its container would be.
    private static Task RemoveLinkAsync(ApiRequest request)
    {
        if (!request.Flag("link"))
            throw new ApiException(StatusCodes.Status404NotFound, $"No such container: {Linux.Printable.Escape($"{request.Value()}/{request.Value(1)}")}");
        request.Engine.Containers.RemoveLink(request.Value(), request.Value(1));
        return request.EmptyAsync();
    }

    private static Task PruneAsync(ApiRequest request)
    {
        // What is in the trash now counts: docker's clients have no word for it.
        PruneReport report = request.Engine.Pruning.Prune(new() { Kinds = [PruneKind.Container], Filter = PruneRequest.ReadFilter(request.Filters()) }, request.Http.RequestAborted);
        return request.JsonAsync(new JsonObject { ["ContainersDeleted"] = InspectJson.List(report.Removed.Select(o => o.Candidate.Id)), ["SpaceReclaimed"] = report.Bytes + report.TrashedBytes });
    }
}
