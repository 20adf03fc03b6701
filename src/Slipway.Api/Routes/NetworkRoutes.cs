using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Contracts.Requests;
using Slipway.Api.Routing;
using Slipway.Api.Wire;
using Slipway.Engine.Inspecting;
using Slipway.Engine.Networks;
using Slipway.Oci;

namespace Slipway.Api.Routes;

/// <summary>Networks.</summary>
internal static class NetworkRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Get("networks", ListAsync);
        routes.Post("networks/create", CreateAsync);
        routes.Post("networks/prune", PruneAsync);
        routes.Get("networks/*", InspectAsync);
        routes.Delete("networks/*", RemoveAsync);
        routes.Post("networks/*/connect", ConnectAsync);
        routes.Post("networks/*/disconnect", DisconnectAsync);
    }

    private static Task ListAsync(ApiRequest request)
    {
        var filter = NetworkFilter.Parse(request.Filters());
        return request.JsonListAsync(request.Engine.Networks.List().Where(n => filter.Matches(request.Engine.Networks, n)).Select(n => InspectNetworkJson.Of(request.Engine, n)));
    }

    private static Task InspectAsync(ApiRequest request)
    {
        NetworkRecord network = request.Engine.Networks.Get(request.Value());
        if (request.Query("scope") is not (null or "" or "local"))
            throw new SlipwayException(ErrorKind.NotFound, $"network {request.Value()} not found");
        return request.JsonAsync(InspectNetworkJson.Of(request.Engine, network));
    }

    private static async Task CreateAsync(ApiRequest request)
    {
        NetworkRecord made = request.Engine.Networks.Create(NetworkCreateReader.Read(await request.BodyAsync().ConfigureAwait(false), request.Version));
        await request.JsonAsync(new JsonObject { ["Id"] = made.Id, ["Warning"] = "" }, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static Task RemoveAsync(ApiRequest request)
    {
        request.Engine.Networks.Remove(request.Value());
        return request.EmptyAsync();
    }

    private static async Task ConnectAsync(ApiRequest request)
    {
        JsonInput body = await request.BodyAsync().ConfigureAwait(false);
        request.Engine.Networks.Connect(NetworkReader.Attachment(request.Value(), body.TryObject("EndpointConfig")), ContainerOf(body));
        await request.EmptyAsync(StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private static async Task DisconnectAsync(ApiRequest request)
    {
        JsonInput body = await request.BodyAsync().ConfigureAwait(false);
        request.Engine.Networks.Disconnect(request.Value(), ContainerOf(body), body.Flag("Force"));
        await request.EmptyAsync(StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private static Task PruneAsync(ApiRequest request)
    {
        var filter = NetworkFilter.ParsePrune(request.Filters(), request.Engine.Options.Clock.GetUtcNow());
        IReadOnlyList<string> gone = request.Engine.Networks.Prune(n => filter.Matches(request.Engine.Networks, n));
        return request.JsonAsync(new JsonObject { ["NetworksDeleted"] = gone.Count > 0 ? InspectJson.List(gone) : null });
    }

    private static string ContainerOf(JsonInput body) => body.Text("Container") ?? throw ApiException.BadRequest("Container says which");
}
