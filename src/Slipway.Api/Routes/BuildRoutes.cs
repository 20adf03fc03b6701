using System.Text.Json.Nodes;
using Slipway.Api.BuildKit;
using Slipway.Api.Contracts.Requests;
using Slipway.Api.Routing;
using Slipway.Api.Streams;
using Slipway.Api.Wire;
using Slipway.Build;
using Slipway.Build.Cache;
using Slipway.Build.Dockerfile;
using Slipway.Build.Solving;
using Slipway.Engine.Builds;
using Slipway.Engine.Inspecting;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Api.Routes;

/// <summary>Builds by docker's own door: a context in, progress out. BuildKit's clients have another.</summary>
internal static class BuildRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Post("build", static request => request.Query("version") == "2" ? TracedBuild.RunAsync(request) : BuildAsync(request));
        routes.Post("build/prune", PruneAsync);
        routes.Post("build/cancel", CancelAsync);
    }

    private static async Task BuildAsync(ApiRequest request)
    {
        BuildRequest build = BuildReader.Read(request) with { RefusesNothing = true };
        var auth = RegistryAuth.ReadConfig(request);
        bool quiet = request.Flag("q");
        string context = BuildReader.Context(request);
        using var progress = new ProgressStream(request);
        using var cancelled = new CancellationTokenSource();
        using IDisposable running = request.Services.Builds.Add(request.Query("buildid") ?? "", cancelled);
        var told = new BuildProgress(progress, quiet);
        var body = new BodyBuild(request, context, build, told, new BuildPull(request.Flag("pull"), new PullProgress(progress), new PushProgress(progress)) { Credentials = auth });
        await progress.RunAsync(() => Blocking.RunAsync(() =>
        {
            if (Build(request, body, progress, told, quiet, cancelled.Token) is not { } image)
                return;
            told.Finish(image.Id);
            Tell(progress, build, image, quiet);
        })).ConfigureAwait(false);
    }

    private static ImageRecord? Build(ApiRequest request, BodyBuild body, ProgressStream progress, BuildProgress told, bool quiet, CancellationToken cancelled)
    {
        try
        {
            return body.Run(quiet ? _ => { } : warning => progress.Text($"[Warning] {warning}\n"), cancelled);
        }
        catch (OperationCanceledException) when (!request.Http.RequestAborted.IsCancellationRequested && request.Connection?.IsClosed != true)
        {
            throw new SlipwayException(ErrorKind.Conflict, "the build was cancelled");
        }
        catch (DockerfileException e)
        {
            // An image that can't be had is told in the stream, with the instruction that names it: clients count on the step.
            if (e.Kind is ErrorKind.NotFound || e.InnerException is SlipwayException)
                told.BaseFailed(e.Lines);
            // What is wrong with the whole of it has a status of its own, and no lines, but docker's sentence.
            if (!progress.HasBegun)
                throw;
            progress.Text(e.Excerpt + "\n");
            if (FailedRun(e) is not { ExitCode: { } code } failed)
                throw;
            // Clients of the classic builder look for its sentence, and docker's command line ends with its code.
            if (e.Hint is { } hint)
                progress.Text(hint + "\n");
            progress.Fail($"The command '{string.Join(' ', failed.Arguments)}' returned a non-zero code: {code}", code);
            return null;
        }
    }

    private static RunFailedException? FailedRun(Exception error)
    {
        for (Exception? at = error; at is not null; at = at.InnerException)
        {
            if (at is RunFailedException found)
                return found;
        }
        return null;
    }

    // docker-py and others find the image by these sentences.
    private static void Tell(ProgressStream progress, BuildRequest build, ImageRecord image, bool quiet)
    {
        if (quiet)
        {
            progress.Text($"{image.Id}\n");
            return;
        }
        progress.Aux(new() { ["ID"] = image.Id.ToString() });
        progress.Text($"Successfully built {image.Id.Short}\n");
        foreach (Reference name in build.Tags)
            progress.Text($"Successfully tagged {name.Familiar}\n");
    }

    // What is over, or never was, is ended already.
    private static Task CancelAsync(ApiRequest request)
    {
        string id = request.Query("id") is { Length: > 0 } given ? given : throw ApiException.BadRequest("build ID not provided: the parameter id is the build's buildid");
        request.Services.Builds.Cancel(id);
        return request.EmptyAsync(200);
    }

    private static Task PruneAsync(ApiRequest request)
    {
        CachePruneRules rules = CachePruneRules.Parse(request.Filters()) with
        {
            All = request.Flag("all"),
            KeepBytes = Bytes(request, "reserved-space") ?? Bytes(request, "keep-storage") ?? 0,
            MostBytes = Bytes(request, "max-used-space") ?? 0,
            FreeBytes = Bytes(request, "min-free-space") ?? 0,
        };
        CachePruned pruned = request.Engine.Builds.Cache.Prune(rules, request.Http.RequestAborted);
        return request.JsonAsync(new JsonObject { ["CachesDeleted"] = InspectJson.List(pruned.Records.Select(r => r.Id)), ["SpaceReclaimed"] = pruned.FreedBytes });
    }

    private static long? Bytes(ApiRequest request, string name) => request.Query(name) is { Length: > 0 } text ? SizeText.Parse(text) : null;
}
