using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Contracts;
using Slipway.Api.Contracts.Requests;
using Slipway.Api.Routing;
using Slipway.Api.Server;
using Slipway.Api.Streams;
using Slipway.Api.Wire;
using Slipway.Engine.Containers;
using Slipway.Engine.Copying;
using Slipway.Engine.Inspecting;

namespace Slipway.Api.Routes;

/// <summary>A container's files: out and in as archives, what changed, all of them, and as an image.</summary>
internal static class ContainerFileRoutes
{
    private const string Tar = "application/x-tar", StatHeader = "X-Docker-Container-Path-Stat";

    public static void Add(RouteTable routes)
    {
        routes.Head("containers/*/archive", StatAsync);
        routes.Get("containers/*/archive", GetAsync);
        routes.Put("containers/*/archive", PutAsync);
        routes.Get("containers/*/export", ExportAsync);
        routes.Get("containers/*/changes", ChangesAsync);
        routes.Post("commit", CommitAsync);
    }

    private static Task StatAsync(ApiRequest request)
    {
        AddStat(request);
        return request.EmptyAsync(StatusCodes.Status200OK);
    }

    private static Task GetAsync(ApiRequest request)
    {
        string path = AddStat(request);
        request.Http.Response.ContentType = Tar;
        return Blocking.RunAsync(() => request.Engine.Containers.CopyOut(request.Value(), path, "", new CopyOptions { KeepOwners = true }, request.Http.Response.Body, request.Http.RequestAborted));
    }

    private static async Task PutAsync(ApiRequest request)
    {
        string path = PathOf(request);
        var options = new CopyOptions { KeepOwners = true, OwnedByUser = request.Flag("copyUIDGID"), ReplacesDirectories = !request.Flag("noOverwriteDirNonDir") };
        await Blocking.RunAsync(() => request.Engine.Containers.CopyIn(request.Value(), "", path, options, request.Http.Request.Body, request.Http.RequestAborted)).ConfigureAwait(false);
        await request.EmptyAsync(StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private static Task ExportAsync(ApiRequest request)
    {
        _ = request.Engine.Containers.Get(request.Value());
        request.Http.Response.ContentType = Tar;
        return Blocking.RunAsync(() => request.Engine.Containers.Export(request.Value(), request.Http.Response.Body, request.Http.RequestAborted));
    }

    private static Task ChangesAsync(ApiRequest request)
    {
        var changes = request.Engine.Containers.Diff(request.Value());
        // Nothing is null here, as Go writes a slice that was never made.
        return changes.Count > 0 ? request.JsonListAsync(changes.Select(c => new JsonObject { ["Path"] = c.Path, ["Kind"] = (int)c.Kind })) : request.NullAsync();
    }

    private static async Task CommitAsync(ApiRequest request)
    {
        JsonInput config = await request.BodyAsync(required: false).ConfigureAwait(false);
        string container = request.Query("container") is { Length: > 0 } named ? named : throw ApiException.BadRequest("container is missing");
        string? repository = request.Query("repo") is { Length: > 0 } repo ? repo : null;
        var commit = new CommitRequest
        {
            Name = repository is null ? null : TaggedName.Of(repository, request.Query("tag")),
            Message = request.Query("comment") is { Length: > 0 } comment ? comment : null,
            Author = request.Query("author") is { Length: > 0 } author ? author : null,
            Pause = request.Flag("pause", missing: true),
            By = request.Http.Features.Get<Caller>()?.Name,
            Changes = [.. CommitReader.Changes(config), .. request.QueryAll("changes").SelectMany(c => c.Split('\n', StringSplitOptions.RemoveEmptyEntries))],
        };
        string id = await Blocking.RunAsync(() => request.Engine.Containers.Commit(container, commit, request.Http.RequestAborted).Id.ToString()).ConfigureAwait(false);
        await request.JsonAsync(new JsonObject { ["Id"] = id }, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static string AddStat(ApiRequest request)
    {
        string path = PathOf(request);
        PathStatus status = request.Engine.Containers.StatusOf(request.Value(), path);
        JsonObject stat = new()
        {
            ["name"] = status.Name,
            ["size"] = status.File.Size,
            ["mode"] = FileModes.Of(status.File),
            ["mtime"] = InspectJson.Time(status.File.Modified.ToDateTimeOffset()),
            ["linkTarget"] = status.LinkTarget,
        };
        request.Http.Response.Headers[StatHeader] = Convert.ToBase64String(ApiRequest.Encode(stat));
        return path;
    }

    private static string PathOf(ApiRequest request)
    {
        string path = request.Query("path") is { Length: > 0 } given ? given : throw ApiException.BadRequest("missing parameter: path");
        return path.Contains('\0', StringComparison.Ordinal) ? throw ApiException.BadRequest("invalid path: it has a NUL byte") : path;
    }
}
