using Slipway.Api.Contracts;
using Slipway.Api.Routing;
using Slipway.Api.Streams;
using Slipway.Api.Wire;
using Slipway.Engine.Events;
using Slipway.Engine.Filters;

namespace Slipway.Api.Routes;

/// <summary>What happens, as it happens.</summary>
internal static class EventRoutes
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(49);

    public static void Add(RouteTable routes) => routes.Get("events", StreamAsync);

    private static async Task StreamAsync(ApiRequest request)
    {
        DateTimeOffset now = request.Engine.Options.Clock.GetUtcNow();
        DateTimeOffset? since = FilterList.ReadTime("since", request.Query("since"), now), until = FilterList.ReadTime("until", request.Query("until"), now);
        if (since > until)
            throw ApiException.BadRequest("`since` time cannot be after `until` time");
        var filter = EventFilter.Parse(request.Filters());
        // Before the history is read: what happens meanwhile waits, and nothing falls between the two.
        using EventSubscription subscription = request.Services.Events.Subscribe();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(request.Gone);
        // A timer that is set for later is never heard.
        if (until is { } end && end > now && end - now < s_longest)
            ending.CancelAfter(end - now);
        var stream = new JsonStream(request.Http.Response, "application/json");
        await stream.BeginAsync().ConfigureAwait(false);
        long last = 0;
        // As dockerd: where an end is named, all before it is meant.
        if (since is not null || until is not null)
        {
            DateTimeOffset upTo = until < now ? until.Value : now;
            foreach (EventRecord record in request.Engine.Events.Read(since ?? DateTimeOffset.UnixEpoch, upTo, filter.Takes, ending.Token))
            {
                last = Math.Max(last, record.Id);
                await stream.WriteAsync(EventJson.Of(record), ending.Token).ConfigureAwait(false);
            }
        }
        if (until <= now)
            return;
        await FollowAsync(subscription, filter, last, until, stream, ending.Token).ConfigureAwait(false);
    }

    private static async Task FollowAsync(EventSubscription subscription, EventFilter filter, long last, DateTimeOffset? until, JsonStream stream, CancellationToken ending)
    {
        try
        {
            await foreach (EventRecord record in subscription.Events.ReadAllAsync(ending).ConfigureAwait(false))
            {
                if (record.Id > last && !(record.Time > until) && filter.Takes(record))
                    await stream.WriteAsync(EventJson.Of(record), ending).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Until then, or until the client went.
        }
    }
}
