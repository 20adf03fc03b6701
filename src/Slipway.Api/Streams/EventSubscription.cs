using System.Threading.Channels;
using Slipway.Engine.Events;

namespace Slipway.Api.Streams;

/// <summary>One listener of an <see cref="EventHub"/>.</summary>
internal sealed class EventSubscription(Channel<EventRecord> channel, Action<EventSubscription> remove) : IDisposable
{
    /// <summary>What has happened since; ends with an error where this listener was too slow.</summary>
    public ChannelReader<EventRecord> Events => channel.Reader;

    /// <summary>Hands an event on, or cuts the listener off.</summary>
    public void Offer(EventRecord record)
    {
        if (!channel.Writer.TryWrite(record))
            channel.Writer.TryComplete(new IOException("the client reads events too slowly"));
    }

    public void End(Exception error) => channel.Writer.TryComplete(error);

    public void Dispose() => remove(this);
}
