using Slipway.Api.Routing;
using Slipway.Api.Server;
using Slipway.Api.Streams;
using Slipway.Api.Wire;
using Slipway.Engine.Containers;
using Slipway.Engine.Events;
using Slipway.Oci;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Logs;

namespace Slipway.Api.Routes;

/// <summary>A client at a container's streams, on a connection that is taken over.</summary>
internal static class AttachRoutes
{
    // Before, a WebSocket had all streams, whatever was asked for.
    private const int WebSocketChoosesSince = 42;

    public static void Add(RouteTable routes)
    {
        routes.Post("containers/*/attach", AttachAsync);
        routes.Get("containers/*/attach/ws", AttachWebSocketAsync);
    }

    // docker's clients have asked for a stream: what is wrong comes as its text, as the daemon that they know sends it.
    private static async Task AttachAsync(ApiRequest request)
    {
        try
        {
            await TakeOverAsync(request).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SlipwayException or ApiException && !request.Http.Response.HasStarted && request.Http.Features.Get<ApiConnection>()?.HijackStatus is null)
        {
            request.Http.Response.StatusCode = ApiError.StatusOf(e);
            request.Http.Response.ContentType = Hijack.RawStream;
            await request.Http.Response.BodyWriter.WriteAsync(System.Text.Encoding.UTF8.GetBytes(ApiError.MessageOf(e) + "\r\n")).ConfigureAwait(false);
        }
    }

    private static Task TakeOverAsync(ApiRequest request)
    {
        ContainerRecord record = request.Engine.Containers.Get(request.Value());
        var wish = new StreamWish(request.Flag("stdin") && record.Request.Interactive, request.Flag("stdout"), request.Flag("stderr"), record.Request.Terminal);
        return AttachAsync(request, record, wish, () => Hijack.BeginAsync(request, record.Request.Terminal));
    }

    // Its messages carry no frames: output and errors come as one stream.
    private static Task AttachWebSocketAsync(ApiRequest request)
    {
        ContainerRecord record = request.Engine.Containers.Get(request.Value());
        WebSocketUpgrade.Require(request);
        bool all = !request.Version.IsAtLeast(WebSocketChoosesSince);
        var wish = new StreamWish((all || request.Flag("stdin")) && record.Request.Interactive, all || request.Flag("stdout"), all || request.Flag("stderr"), Raw: true);
        return AttachAsync(request, record, wish, () => WebSocketUpgrade.BeginAsync(request));
    }

    private static async Task AttachAsync(ApiRequest request, ContainerRecord record, StreamWish wish, Func<Task<HijackedStream>> takeOver)
    {
        if (record.IsPaused)
            throw new SlipwayException(ErrorKind.Conflict, "You cannot attach to a paused container, unpause it first");
        if (record.IsRestarting)
            throw new SlipwayException(ErrorKind.Conflict, "You cannot attach to a restarting container, wait until it is running");
        string? keys = Hijack.DetachKeys(request.Query("detachKeys"), record.Request.Terminal);
        // Some clients repeat there what the query says; left where it is it would be the process's input.
        await JsonBody.SkipAsync(request.Http.Request).ConfigureAwait(false);
        bool streams = request.Flag("stream"), logs = request.Flag("logs");
        AttachChannel? channel = streams && record.IsRunning ? new AttachChannel(request.Engine.Containers.Attach(record.Id).Stream!, keys) : null;
        using EventSubscription? events = streams && channel is null ? request.Services.Events.Subscribe() : null;
        using PendingPlace? place = events is null ? null : request.Services.Pending.Add(record.Id);
        using IDisposable? live = channel is null ? null : request.Services.Pending.Live.Begin(record.Id);
        try
        {
            HijackedStream client = await takeOver().ConfigureAwait(false);
            if (logs)
                await SendLogsAsync(request, record, wish, client).ConfigureAwait(false);
            if (place is not null)
                channel = await StartAsync(request, record, client, place, events!, keys).ConfigureAwait(false);
            if (channel is not null)
                await StreamPair.RunAsync(client, channel, wish).ConfigureAwait(false);
            else
                await client.CloseWriteAsync().ConfigureAwait(false);
        }
        finally
        {
            channel?.Dispose();
            if (place is not null && channel is null)
                request.Services.Pending.Remove(record.Id, place);
            request.Http.Abort();
        }
    }

    // The container's start, whoever does it; null where it goes before that, or the client does.
    private static async Task<AttachChannel?> StartAsync(ApiRequest request, ContainerRecord record, HijackedStream client, PendingPlace place, EventSubscription events, string? keys)
    {
        using var gone = new CancellationTokenSource();
        Task lost = client.WaitForLossAsync(gone.Token);
        try
        {
            while (true)
            {
                Task<bool> news = events.Events.WaitToReadAsync(gone.Token).AsTask();
                Task first = await Task.WhenAny(place.Stream.Task, news, lost).ConfigureAwait(false);
                if (place.Stream.Task.IsCompletedSuccessfully)
                    return new AttachChannel(place.Stream.Task.Result, keys);
                if (first == lost || place.Stream.Task.IsCompleted || !await news.ConfigureAwait(false))
                    return null;
                while (events.Events.TryRead(out EventRecord? happened))
                {
                    if (happened.Type != "container" || happened.Actor != record.Id)
                        continue;
                    if (happened.Action == "destroy")
                        return null;
                    // Not by us, who say so before they begin: what it printed before this is in its log.
                    if (happened.Action == "start" && !place.IsStarting && !place.Stream.Task.IsCompleted && request.Engine.Containers.Find(record.Id) is { IsRunning: true })
                        return new AttachChannel(request.Engine.Containers.Watch(record.Id), keys);
                }
            }
        }
        finally
        {
            await gone.CancelAsync().ConfigureAwait(false);
            await lost.ConfigureAwait(false);
        }
    }

    private static async Task SendLogsAsync(ApiRequest request, ContainerRecord record, StreamWish wish, HijackedStream client)
    {
        byte[] frame = [];
        foreach (LogEntry entry in request.Engine.Containers.Logs(record.Id, new LogQuery()))
        {
            if (!(entry.Stream is LogStream.Stderr ? wish.Stderr : wish.Stdout))
                continue;
            if (frame.Length < entry.Text.Length + StreamPair.HeaderSize)
                frame = new byte[entry.Text.Length + StreamPair.HeaderSize];
            if (!await client.TryWriteAsync(wish.Raw ? entry.Text : StreamPair.Frame(frame, (int)entry.Stream, entry.Text.Span), CancellationToken.None).ConfigureAwait(false))
                return;
        }
    }
}
