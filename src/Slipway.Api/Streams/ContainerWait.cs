using System.Globalization;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Events;
using Slipway.Runtime.Attach;

namespace Slipway.Api.Streams;

/// <summary>
/// Waits for a container's end without a thread: by its monitor's own word where it runs, else by what happens to it, whichever process does it.
/// </summary>
internal sealed class ContainerWait(SlipwayEngine engine, EventHub hub)
{
    /// <summary>Begins to wait: whatever happens from then on is seen.</summary>
    /// <returns>The exit code, when it is there.</returns>
    /// <exception cref="Oci.SlipwayException">NotFound, at once.</exception>
    public Task<int> BeginAsync(string nameOrId, WaitCondition condition, CancellationToken cancellation)
    {
        EventSubscription events = hub.Subscribe();
        try
        {
            ContainerRecord record = engine.Containers.Get(nameOrId);
            if (condition is WaitCondition.NotRunning && !record.IsActive)
            {
                events.Dispose();
                return Task.FromResult(record.ExitCode);
            }
            return RunAsync(record, condition, events, cancellation);
        }
        catch
        {
            events.Dispose();
            throw;
        }
    }

    private async Task<int> RunAsync(ContainerRecord record, WaitCondition condition, EventSubscription events, CancellationToken cancellation)
    {
        using EventSubscription listening = events;
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        int code = record.ExitCode;
        Task<int?>? monitor = record.IsRunning ? WatchAsync(record.Id, watching.Token) : null;
        try
        {
            while (true)
            {
                Task<bool> news = listening.Events.WaitToReadAsync(cancellation).AsTask();
                if (monitor is not null && await Task.WhenAny(news, monitor).ConfigureAwait(false) == monitor)
                {
                    int? ended = await monitor.ConfigureAwait(false);
                    monitor = null;
                    if (ended is not null)
                    {
                        code = ended.Value;
                        if (await SettleAsync(record.Id, condition).ConfigureAwait(false))
                            return code;
                    }
                }
                if (!await news.ConfigureAwait(false))
                    throw new IOException("the store's events can't be read");
                while (listening.Events.TryRead(out EventRecord? happened))
                {
                    if (happened.Type != "container" || happened.Actor != record.Id)
                        continue;
                    if (happened.Action == "start")
                        monitor ??= WatchAsync(record.Id, watching.Token);
                    if (happened.Action == "die")
                        code = int.Parse(happened.Attributes.GetValueOrDefault("exitCode", "0"), CultureInfo.InvariantCulture);
                    if (happened.Action == "destroy" || (happened.Action == "die" && condition is not WaitCondition.Removed))
                        return code;
                }
            }
        }
        finally
        {
            await watching.CancelAsync().ConfigureAwait(false);
        }
    }

    // Its process has ended; what waits for that may find the container as it is afterwards, and one with --rm gone.
    private async Task<bool> SettleAsync(string id, WaitCondition condition)
    {
        await Blocking.RunAsync(() => engine.Containers.Finish(id)).ConfigureAwait(false);
        return condition is not WaitCondition.Removed || engine.Containers.Find(id) is null;
    }

    // Null where the monitor was not there any more, or went without a word.
    private async Task<int?> WatchAsync(string id, CancellationToken cancellation)
    {
        try
        {
            using var channel = new AttachChannel(engine.Containers.Watch(id));
            while (!(await channel.ReadAsync(cancellation).ConfigureAwait(false)).Bytes.IsEmpty)
            {
            }
            return channel.ExitCode;
        }
        catch (Exception e) when (e is Oci.SlipwayException or IOException or OperationCanceledException)
        {
            return null;
        }
    }
}
