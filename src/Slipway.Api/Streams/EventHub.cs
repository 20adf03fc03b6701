using System.Threading.Channels;
using Slipway.Engine;
using Slipway.Engine.Events;

namespace Slipway.Api.Streams;

/// <summary>
/// Hands events on to any number of listeners, from one reader of the store's log that is there only while somebody listens. Who reads too
/// slowly is cut off: nobody waits for it, and what waits for it is bounded.
/// </summary>
internal sealed class EventHub(SlipwayEngine engine)
{
    private const int MostWaiting = 4096;

    private readonly Lock _gate = new();
    private readonly HashSet<EventSubscription> _listeners = [];
    private Reading? _reading;

    public int ListenerCount
    {
        get
        {
            lock (_gate)
                return _listeners.Count;
        }
    }

    /// <summary>Everything that happens from now on.</summary>
    public EventSubscription Subscribe()
    {
        var channel = Channel.CreateBounded<EventRecord>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = false });
        var subscription = new EventSubscription(channel, Remove);
        lock (_gate)
        {
            _listeners.Add(subscription);
            if (_reading is null)
            {
                _reading = new Reading();
                _ = ReadAsync(_reading);
            }
        }
        return subscription;
    }

    private Task ReadAsync(Reading reading)
    {
        DateTimeOffset begin = engine.Options.Clock.GetUtcNow();
        return Blocking.RunAsync(() =>
        {
            using CancellationTokenSource ended = reading.Ended;
            try
            {
                foreach (EventRecord record in engine.Events.Read(begin, null, static _ => true, ended.Token))
                    Publish(record);
            }
            catch (Exception e)
            {
                // The listeners learn of it; the next one begins anew.
                End(reading, e);
            }
        });
    }

    private void Publish(EventRecord record)
    {
        lock (_gate)
        {
            foreach (EventSubscription listener in _listeners)
                listener.Offer(record);
        }
    }

    private void End(Reading reading, Exception error)
    {
        lock (_gate)
        {
            if (_reading == reading)
                _reading = null;
            foreach (EventSubscription listener in _listeners)
                listener.End(error);
            _listeners.Clear();
        }
    }

    private void Remove(EventSubscription subscription)
    {
        lock (_gate)
        {
            if (!_listeners.Remove(subscription) || _listeners.Count > 0)
                return;
            // Under the gate: the reader disposes of it only after it has seen this.
            _reading?.Ended.Cancel();
            _reading = null;
        }
    }

    // One life of the reader, which disposes of what ends it.
    private sealed record Reading
    {
        public CancellationTokenSource Ended { get; } = new();
    }
}
