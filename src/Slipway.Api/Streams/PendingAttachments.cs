using Slipway.Engine.Containers;
using Slipway.Runtime.Attach;

namespace Slipway.Api.Streams;

/// <summary>
/// Clients that attached to a container before its start, as <c>docker run</c> does: the start connects them before its process begins, so that
/// they miss nothing. Here only as long as their connections are.
/// </summary>
internal sealed class PendingAttachments
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<PendingPlace>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Those whose container has started, and others that attached to one that ran.</summary>
    public LiveAttachments Live { get; } = new();

    /// <summary>Waits for the container's start.</summary>
    public PendingPlace Add(string id)
    {
        var place = new PendingPlace();
        lock (_gate)
        {
            if (!_waiting.TryGetValue(id, out var places))
                _waiting[id] = places = [];
            places.Add(place);
        }
        return place;
    }

    /// <summary>Waits no more. What it was given meanwhile is closed.</summary>
    public void Remove(string id, PendingPlace place)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(id, out var places) && places.Remove(place) && places.Count == 0)
                _waiting.Remove(id);
        }
        if (!place.Stream.TrySetCanceled() && place.Stream.Task.IsCompletedSuccessfully)
            place.Stream.Task.Result.Dispose();
    }

    /// <summary>Starts a container and connects who waits for it. Where the start fails they go on waiting.</summary>
    public ContainerRecord Start(ContainerManager containers, string nameOrId)
    {
        string id = containers.Get(nameOrId).Id;
        PendingPlace[] places;
        lock (_gate)
            places = _waiting.TryGetValue(id, out var waiting) ? [.. waiting] : [];
        // Before the start: the process may have ended, and who waits for that be told, before this goes on.
        foreach (PendingPlace place in places)
            place.Begin(Live, id);
        try
        {
            ContainerSession session = containers.Start(id, attach: places.Length > 0, more: Math.Clamp(places.Length - 1, 0, ContainerManager.MostClients - 1));
            Connect(containers, id, session);
            return session.Record;
        }
        catch
        {
            foreach (PendingPlace place in places)
                place.GoOn();
            throw;
        }
    }

    // Each has a stream that was there before the process, which runs as fast as the first one reads. Who came while it started looks on from here.
    private void Connect(ContainerManager containers, string id, ContainerSession session)
    {
        Queue<AttachStream> streams = new(session.Stream is { } first ? [first, .. session.More] : []);
        List<PendingPlace> places;
        lock (_gate)
            places = _waiting.Remove(id, out var waiting) ? waiting : [];
        foreach (PendingPlace place in places)
        {
            try
            {
                AttachStream stream = streams.TryDequeue(out AttachStream? early) ? early : containers.Attach(id).Stream!;
                if (!place.Stream.TrySetResult(stream))
                    stream.Dispose();
            }
            catch (Exception e)
            {
                place.Stream.TrySetException(e);
            }
        }
        foreach (AttachStream nobodys in streams)
            nobodys.Dispose();
    }
}
