namespace Slipway.Api.Streams;

/// <summary>
/// Clients that are being sent a container's output. Who waits for the container's end is told once they have all of it, as by dockerd: clients
/// look at what they have read as soon as they are told.
/// </summary>
internal sealed class LiveAttachments
{
    // One that doesn't read keeps nobody for ever; dockerd's patience, too.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Task>> _running = new(StringComparer.Ordinal);

    /// <summary>Notes a client, before what it is to be sent can begin; disposing says that it has all, or is gone.</summary>
    /// <param name="id">The container.</param>
    public IDisposable Begin(string id)
    {
        var entry = new Entry(this, id);
        lock (_gate)
        {
            if (!_running.TryGetValue(id, out var tasks))
                _running[id] = tasks = [];
            tasks.Add(entry.Done.Task);
        }
        return entry;
    }

    /// <summary>Waits, a little, until all that a container printed has been sent; it has ended.</summary>
    public async Task SettleAsync(string id)
    {
        Task[] running;
        lock (_gate)
            running = _running.TryGetValue(id, out var tasks) ? [.. tasks] : [];
        if (running.Length > 0)
            await Task.WhenAny(Task.WhenAll(running), Task.Delay(s_patience)).ConfigureAwait(false);
    }

    private void End(Entry entry)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(entry.Id, out var tasks) && tasks.Remove(entry.Done.Task) && tasks.Count == 0)
                _running.Remove(entry.Id);
        }
        entry.Done.TrySetResult();
    }

    private sealed class Entry(LiveAttachments all, string id) : IDisposable
    {
        public string Id => id;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose() => all.End(this);
    }
}
