using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Contracts;
using Slipway.Api.Contracts.Requests;
using Slipway.Api.Routing;
using Slipway.Api.Streams;
using Slipway.Api.Wire;
using Slipway.Engine.Containers;
using Slipway.Oci;
using Slipway.Runtime.Attach;

namespace Slipway.Api.Routes;

/// <summary>Containers as processes: started, signalled, stopped, waited for.</summary>
internal static class ContainerLifeRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Post("containers/*/start", StartAsync);
        routes.Post("containers/*/stop", StopAsync);
        routes.Post("containers/*/restart", RestartAsync);
        routes.Post("containers/*/kill", KillAsync);
        routes.Post("containers/*/pause", static r => Done(r, r.Engine.Containers.Pause));
        routes.Post("containers/*/unpause", static r => Done(r, r.Engine.Containers.Unpause));
        routes.Post("containers/*/wait", WaitAsync);
        routes.Post("containers/*/resize", ResizeAsync);
        routes.Get("containers/*/top", TopAsync);
    }

    // Go's clients write {} or null for nothing.
    private const int LongestNothing = 7;

    private static Task StartAsync(ApiRequest request)
    {
        if (request.Http.Request is { ContentLength: > LongestNothing } or { ContentLength: null, Headers.TransferEncoding.Count: > 0 })
            throw ApiException.BadRequest("starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24");
        ContainerRecord record = request.Engine.Containers.Get(request.Value());
        if (record is { IsActive: true, IsPaused: false })
            return request.EmptyAsync(StatusCodes.Status304NotModified);
        try
        {
            request.Services.Options.Runtimes.Require(record.Request.Runtime);
            request.Services.Pending.Start(request.Engine.Containers, record.Id);
        }
        catch (Exception) when (record.Request.AutoRemove && request.Engine.Containers.Find(record.Id) is { IsRunning: false })
        {
            request.Engine.Containers.Remove(record.Id, force: true, volumes: true);
            throw;
        }
        return request.EmptyAsync();
    }

    private static async Task StopAsync(ApiRequest request)
    {
        int? seconds = request.Number("t");
        ContainerRecord record = request.Engine.Containers.Get(request.Value());
        if (!record.IsActive)
        {
            await request.EmptyAsync(StatusCodes.Status304NotModified).ConfigureAwait(false);
            return;
        }
        string? signal = StopSignal(request);
        await Blocking.RunAsync(() => request.Engine.Containers.Stop(record.Id, seconds, signal)).ConfigureAwait(false);
        await request.EmptyAsync().ConfigureAwait(false);
    }

    private static async Task RestartAsync(ApiRequest request)
    {
        int? seconds = request.Number("t");
        string? signal = StopSignal(request);
        await Blocking.RunAsync(() => request.Engine.Containers.Restart(request.Value(), seconds, signal)).ConfigureAwait(false);
        await request.EmptyAsync().ConfigureAwait(false);
    }

    private static string? StopSignal(ApiRequest request) => OldClient.HasStopSignal(request.Version) && request.Query("signal") is { Length: > 0 } named ? named : null;

    private static Task KillAsync(ApiRequest request)
    {
        const string What = "cannot kill container: ";
        try
        {
            request.Engine.Containers.Kill(request.Value(), request.Query("signal") is { Length: > 0 } signal ? signal : "SIGKILL");
        }
        catch (SlipwayException e) when (!e.Message.StartsWith(What, StringComparison.Ordinal))
        {
            // dockerd says so of whatever it was.
            throw new ApiException(ApiError.StatusOf(e), $"{What}{Linux.Printable.Escape(request.Value())}: {ApiError.MessageOf(e)}");
        }
        return request.EmptyAsync();
    }

    private static async Task WaitAsync(ApiRequest request)
    {
        WaitCondition condition = WaitConditions.Parse(request.Query("condition") ?? "");
        if (condition > WaitCondition.Removed)
            throw ApiException.BadRequest($"invalid condition: \"{Linux.Printable.Escape(request.Query("condition")!)}\"");
        string id = request.Engine.Containers.Get(request.Value()).Id;
        Task<int> code = new ContainerWait(request.Engine, request.Services.Events).BeginAsync(id, condition, request.Gone);
        // Before it ends: `docker run` starts the container only when it has seen this.
        request.Http.Response.ContentType = "application/json";
        await request.Http.Response.StartAsync().ConfigureAwait(false);
        await request.Http.Response.BodyWriter.FlushAsync().ConfigureAwait(false);
        JsonObject body = new() { ["StatusCode"] = await code.ConfigureAwait(false) };
        await request.Services.Pending.Live.SettleAsync(id).ConfigureAwait(false);
        await request.Http.Response.BodyWriter.WriteAsync(ApiRequest.Encode(body)).ConfigureAwait(false);
    }

    private static async Task ResizeAsync(ApiRequest request)
    {
        (ushort height, ushort width) = TerminalSize.Read(request);
        ContainerRecord record = request.Engine.Containers.Get(request.Value());
        using var channel = new AttachChannel(request.Engine.Containers.Watch(record.Id));
        await channel.ResizeAsync(height, width).ConfigureAwait(false);
        request.Engine.Containers.TellResized(record, height, width);
        await request.EmptyAsync(StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private static Task TopAsync(ApiRequest request)
    {
        string options = request.Query("ps_args") ?? "";
        return request.JsonAsync(TopJson.Of(request.Engine.Containers.Top(request.Value(), options.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    private static Task Done(ApiRequest request, Action<string> verb)
    {
        verb(request.Value());
        return request.EmptyAsync();
    }
}
