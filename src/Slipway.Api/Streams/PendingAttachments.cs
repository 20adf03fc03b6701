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
    private readonly Dictionary<string, List<TaskCompletionSource<AttachStream>>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Waits for the container's start.</summary>
    public TaskCompletionSource<AttachStream> Add(string id)
    {
        var place = new TaskCompletionSource<AttachStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_waiting.TryGetValue(id, out var places))
                _waiting[id] = places = [];
            places.Add(place);
        }
        return place;
    }

    /// <summary>Waits no more. What it was given meanwhile is closed.</summary>
    public void Remove(string id, TaskCompletionSource<AttachStream> place)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(id, out var places) && places.Remove(place) && places.Count == 0)
                _waiting.Remove(id);
        }
        if (!place.TrySetCanceled() && place.Task.IsCompletedSuccessfully)
            place.Task.Result.Dispose();
    }

    /// <summary>Starts a container and connects who waits for it. Where the start fails they go on waiting.</summary>
    public ContainerRecord Start(ContainerManager containers, string nameOrId)
    {
        string id = containers.Get(nameOrId).Id;
        bool attach;
        lock (_gate)
            attach = _waiting.ContainsKey(id);
        ContainerSession session = containers.Start(id, attach);
        Connect(containers, id, session.Stream);
        return session.Record;
    }

    // The first has the stream that was there before the process; it runs as fast as that one reads. The others look on.
    private void Connect(ContainerManager containers, string id, AttachStream? first)
    {
        List<TaskCompletionSource<AttachStream>> places;
        lock (_gate)
            places = _waiting.Remove(id, out var waiting) ? waiting : [];
        foreach (TaskCompletionSource<AttachStream> place in places)
        {
            try
            {
                AttachStream stream = first ?? containers.Attach(id).Stream!;
                first = null;
                if (!place.TrySetResult(stream))
                    stream.Dispose();
            }
            catch (Exception e)
            {
                place.TrySetException(e);
            }
        }
        first?.Dispose();
    }
}
