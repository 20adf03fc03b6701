using Slipway.Api.Contracts;
using Slipway.Api.Routing;
using Slipway.Api.Streams;
using Slipway.Api.Wire;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Usage;

namespace Slipway.Api.Routes;

/// <summary>What a container uses: a reading a second, or one.</summary>
internal static class StatsRoutes
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

    public static void Add(RouteTable routes) => routes.Get("containers/*/stats", StatsAsync);

    private static async Task StatsAsync(ApiRequest request)
    {
        bool streams = request.Flag("stream", missing: true), once = request.Flag("one-shot");
        if (streams && once)
            throw ApiException.BadRequest("cannot have stream=true and one-shot=true");
        TimeProvider clock = request.Engine.Options.Clock;
        ContainerRecord record = request.Engine.Containers.Get(request.Value());
        UsageReader reader = request.Engine.Containers.ReadUsage();
        CancellationToken gone = request.Gone;
        var reading = StatsReading.Now(reader.Read(record), clock);
        StatsReading? before = null;
        // The share of the processor is what lies between two readings: one that isn't to stream takes a second for it.
        if (!streams && !once && record.IsRunning)
        {
            await Task.Delay(s_between, clock, gone).ConfigureAwait(false);
            (before, reading) = (reading, StatsReading.Now(reader.Read(record), clock));
        }
        if (!streams)
        {
            await request.JsonAsync(reading.With(before)).ConfigureAwait(false);
            return;
        }
        using var stream = new JsonStream(request.Http.Response, "application/json");
        await stream.BeginAsync().ConfigureAwait(false);
        while (true)
        {
            await stream.WriteAsync(reading.With(before), gone).ConfigureAwait(false);
            await Task.Delay(s_between, clock, gone).ConfigureAwait(false);
            if (request.Engine.Containers.Find(record.Id) is not { } now)
                return;
            (before, reading) = (reading, StatsReading.Now(reader.Read(now), clock));
        }
    }
}
